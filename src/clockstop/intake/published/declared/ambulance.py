"""Ambulance Quality Indicators, systems: calls, response times, handovers. Each item is there by its words and by its code."""

from clockstop.intake.published.datasets import Dataset, Key, Kind

# Groups of four items alike: how many, their seconds in all, the mean and the 90th centile.
_TIMED = {
    "c1": ("Category 1 incidents", "A8 A24 A25 A26"),
    "c1t": ("Category 1 incidents, until the vehicle that takes the patient", "A9 A27 A28 A29"),
    "c2": ("Category 2 incidents", "A10 A30 A31 A32"),
    "c3": ("Category 3 incidents", "A11 A33 A34 A35"),
    "c4": ("Category 4 incidents", "A12 A36 A37 A38"),
    "c1_without_hcp_and_ift": ("Category 1 incidents other than of health care professionals and transfers", "A115 A116 A117 A118"),
    "c2_without_hcp_and_ift": ("Category 2 incidents other than of health care professionals and transfers", "A119 A120 A121 A122"),
    "hcp_level_1": ("Health care professionals' incidents of level 1", "A74 A82 A83 A84"),
    "hcp_level_2": ("Health care professionals' incidents of level 2", "A75 A85 A86 A87"),
    "hcp_level_3": ("Health care professionals' incidents of level 3", "A76 A88 A89 A90"),
    "hcp_level_4": ("Health care professionals' incidents of level 4", "A77 A91 A92 A93"),
    "ift_level_1": ("Transfers between facilities of level 1", "A78 A94 A95 A96"),
    "ift_level_2": ("Transfers between facilities of level 2", "A79 A97 A98 A99"),
    "ift_level_3": ("Transfers between facilities of level 3", "A80 A100 A101 A102"),
    "ift_level_4": ("Transfers between facilities of level 4", "A81 A103 A104 A105"),
    "hcp_1_hour": ("Health care professionals' incidents, 1 hour agreed (to September 2019)", "A58 A62 A63 A64"),
    "hcp_2_hours": ("Health care professionals' incidents, 2 hours agreed (to September 2019)", "A59 A65 A66 A67"),
    "hcp_3_hours": ("Health care professionals' incidents, 3 hours agreed (to September 2019)", "A60 A68 A69 A70"),
    "hcp_4_hours": ("Health care professionals' incidents, 4 hours agreed (to September 2019)", "A61 A71 A72 A73"),
    "section_136": ("Section 136 incidents", "A106 A107 A108 A109"),
    "c5_assessment": ("Category 5 incidents assessed by a clinician", "A128 A129 A130 A131"),
    "validation": ("Incidents validated by a clinician", "A132 A133 A134 A135"),
    "bystander_cpr": ("Incidents in which a bystander began resuscitation", "A49 A50 A51 A52"),
    "c1_identified_early": (
        "Category 1 incidents identified by the nature of the call or questions before triage",
        "A13 A14 A15 A16",
    ),
}
_PARTS: tuple[tuple[str, str, Kind], ...] = (
    ("incidents", "{}.", "count"),
    ("total_seconds", "{}: the seconds of all together.", "amount"),
    ("mean_seconds", "{}: the mean, in seconds.", "seconds"),
    ("90th_centile_seconds", "{}: the 90th centile, in seconds.", "seconds"),
)
_ITEMS: dict[str, tuple[str, str, Kind]] = {
    "A0": ("contacts", "Contacts: calls that came.", "count"),
    "A1": ("calls_answered", "Calls that were answered.", "count"),
    "A2": ("call_answer_total_seconds", "The seconds until all calls were answered.", "amount"),
    "A3": ("call_answer_mean_seconds", "The mean time to answer a call, in seconds.", "seconds"),
    "A4": ("call_answer_median_seconds", "The median time to answer a call, in seconds.", "seconds"),
    "A114": ("call_answer_90th_centile_seconds", "The 90th centile of the time to answer, in seconds.", "seconds"),
    "A5": ("call_answer_95th_centile_seconds", "The 95th centile of the time to answer, in seconds.", "seconds"),
    "A6": ("call_answer_99th_centile_seconds", "The 99th centile of the time to answer, in seconds.", "seconds"),
    "A7": ("incidents", "All incidents.", "count"),
    "A17": ("hear_and_treat", "Incidents with no response face to face.", "count"),
    "A53": ("conveyed_to_ed", "Incidents with a patient taken to an emergency department.", "count"),
    "A54": ("conveyed_elsewhere", "Incidents with a patient taken elsewhere.", "count"),
    "A55": ("see_and_treat", "Incidents seen face to face with nobody taken anywhere.", "count"),
    "A56": ("face_to_face", "Incidents with a response face to face.", "count"),
    "A110": ("section_136_transported", "Section 136 incidents in which the patient was transported.", "count"),
    "A111": ("c1_from_111", "Category 1 incidents that came from NHS 111.", "count"),
    "A124": ("calls_diverted_in", "Calls diverted in from another service.", "count"),
    "A125": ("calls_diverted_out", "Calls diverted out to another service.", "count"),
    "A136": ("validation_closed", "Validated incidents that were closed.", "count"),
    "A137": ("validation_referred", "Validated incidents that were referred.", "count"),
    "A138": ("validation_same_or_lower", "Validated incidents whose category stayed or was lowered.", "count"),
    "A139": ("validation_upgraded", "Validated incidents whose category was raised.", "count"),
    "A140": ("handovers_time_known", "Handovers at hospital whose time is known.", "count"),
    "A141": ("handover_total_seconds", "The seconds of all handovers together.", "amount"),
    "A142": ("handover_mean_seconds", "The mean handover, in seconds.", "seconds"),
    "A143": ("handover_90th_centile_seconds", "The 90th centile of handovers, in seconds.", "seconds"),
    "A144": ("handovers_over_15_minutes", "Handovers of more than 15 minutes.", "count"),
    "A145": ("handovers_over_30_minutes", "Handovers of more than 30 minutes.", "count"),
    "A146": ("handovers_over_60_minutes", "Handovers of more than 60 minutes.", "count"),
    "A147": ("handover_seconds_beyond_30_minutes", "The seconds beyond 30 minutes of all handovers together.", "amount"),
    "A148": ("handovers_time_unknown", "Handovers whose time is not known.", "count"),
}
for _stem, (_what, _codes) in _TIMED.items():
    for _code, (_part, _said, _kind) in zip(_codes.split(), _PARTS, strict=True):
        _ITEMS[_code] = (
            f"{_stem}_{_part}",
            _said.format(_what),
            _kind,
        )
WORDS = {code: name for code, (name, _, _) in _ITEMS.items()}
# Hours of seconds, and the handovers of all: what the sheet of handovers shows and the raw items do not hold.
HOURS = {
    "handover_total_seconds": "handover_total_hours",
    "handover_seconds_beyond_30_minutes": "handover_hours_beyond_30_minutes",
}
_DERIVED = (
    Key(name="handovers", title="Handovers", meaning="All handovers: those whose time is known and those whose time is not."),
    Key(name="handover_total_hours", title="Handover hours", meaning="The hours of all handovers together.", kind="hours"),
    Key(
        name="handover_hours_beyond_30_minutes",
        title="Handover hours beyond 30 minutes",
        meaning="The hours beyond 30 minutes of all handovers together.",
        kind="hours",
        is_headline=True,
    ),
)
_HEADLINE = (
    "c1_mean_seconds",
    "c2_mean_seconds",
    "c2_90th_centile_seconds",
    "handovers_time_known",
    "handovers_over_15_minutes",
    "handovers_over_30_minutes",
    "handovers_over_60_minutes",
    "handover_mean_seconds",
    "incidents",
)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


DATASET = Dataset(
    slug="ambulance",
    title="Ambulance systems indicators",
    about="Calls, response times by category, handovers and outcomes of ambulance services, by service and month.",
    keys=(
        *(
            Key(name=name, title=_title(name), meaning=f"{meaning} Item {code}.", kind=kind, is_headline=name in _HEADLINE)
            for code, (name, meaning, kind) in _ITEMS.items()
        ),
        *_DERIVED,
    ),
    key_patterns=(("AN", "Item N of the Ambulance Quality Indicators' specification, as it stands in the file: A140."),),
)
