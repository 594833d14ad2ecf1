"""A&E: attendances, waits over 4 hours, waits for a bed and emergency admissions (MSitAE)."""

from clockstop.intake.published.datasets import Dataset, Key

_WHAT = {
    "attendances": "A&E attendances",
    "over_4_hours": "Attendances of more than 4 hours from arrival to admission, transfer or discharge",
    "within_4_hours": "Attendances of 4 hours or less",
    "share_within_4_hours": "Attendances of 4 hours or less of all attendances, 0 to 1",
}
_WHOSE = {
    "": "booked appointments among them",
    "_excluding_booked": "without booked appointments",
    "_booked": "booked appointments alone",
}


def _title(name: str) -> str:
    return name.replace("_", " ").replace("ae", "A&E").capitalize().replace("a&e", "A&E")


def _attendance_keys() -> tuple[Key, ...]:
    return tuple(
        Key(
            name=f"{what}{whose}",
            title=_title(f"{what}{whose}"),
            meaning=f"{meaning}, {of_whom}{', as NHS England quotes the total' if what == 'attendances' and not whose else ''}.",
            kind="share" if what.startswith("share") else "count",
            is_headline=not whose,
        )
        for whose, of_whom in _WHOSE.items()
        for what, meaning in _WHAT.items()
    )


_OTHERS = {
    "waits_4_to_12_hours_from_dta": "Patients who waited 4 to 12 hours from the decision to admit to their admission.",
    "waits_12_hours_from_dta": "Patients who waited 12 hours or more from the decision to admit to their admission.",
    "waits_over_4_hours_from_dta": "Patients who waited more than 4 hours from the decision to admit, 12 hours among them.",
    "emergency_admissions_via_ae": "Emergency admissions that came through A&E.",
    "emergency_admissions_not_via_ae": "Emergency admissions that did not come through A&E.",
    "emergency_admissions": "Emergency admissions, through A&E and otherwise.",
    "footprint_attendances": "Attendances on an acute trust's footprint: its own, and those of type 3 departments mapped to it.",
    "footprint_over_4_hours": "Of the footprint's attendances, those of more than 4 hours.",
    "footprint_within_4_hours": "Of the footprint's attendances, those of 4 hours or less.",
    "footprint_share_within_4_hours": "The footprint's attendances of 4 hours or less of all of them, 0 to 1.",
    "footprint_mapped_attendances": "Attendances of type 3 departments mapped to the acute trust.",
    "footprint_mapped_over_4_hours": "Of these, those of more than 4 hours.",
}
_HEADLINE = ("waits_12_hours_from_dta", "waits_4_to_12_hours_from_dta", "emergency_admissions")

DATASET = Dataset(
    slug="ae",
    title="A&E attendances and emergency admissions",
    about="Attendances by type of department, waits over 4 hours, waits for a bed and emergency admissions, by provider and month.",
    keys=(
        *_attendance_keys(),
        *(
            Key(
                name=name,
                title=_title(name),
                meaning=meaning,
                kind="share" if "share" in name else "count",
                is_headline=name in _HEADLINE,
            )
            for name, meaning in _OTHERS.items()
        ),
    ),
    cuts=(("type", "Type of department: 1 (major), 2 (one specialty), other (type 3 and minor injury units)."),),
)
