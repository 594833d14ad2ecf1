"""Outpatients: appointments and attendances (HES), and referrals made and seen (Monthly Activity Return, to 2017)."""

from clockstop.intake.published.datasets import Dataset, Key, Kind

# Column of the HES open data: our key, and what it counts.
HES = {
    "total_appointments": ("total_appointments", "Outpatient appointments, attended or not."),
    "attended_appointments": ("attended_appointments", "Outpatient appointments that were attended."),
    "dna_appointments": ("dna_appointments", "Outpatient appointments that the patient did not attend."),
    "first_attendance": ("first_attendances", "First attendances."),
    "follow_up_attendance": ("follow_up_attendances", "Follow-up attendances."),
    "fce": ("finished_consultant_episodes", "Finished consultant episodes of inpatients and day cases (FCE)."),
    "fces_with_procedure": ("finished_consultant_episodes_with_procedure", "Finished consultant episodes with a procedure."),
    "ordinary_admission_episodes": ("ordinary_admission_episodes", "Finished consultant episodes of ordinary admissions."),
    "fce_day_cases": ("day_case_episodes", "Finished consultant episodes of day cases."),
    "fce_day_with_procedure": ("day_case_episodes_with_procedure", "Finished consultant episodes of day cases with a procedure."),
    "fae": ("finished_admission_episodes", "Finished admission episodes (FAE)."),
    "emergency": ("emergency_admission_episodes", "Finished admission episodes that were emergencies."),
}
# Heading of the annual tables: our key, what it counts, its kind.
ANNUAL: dict[str, tuple[str, str, Kind]] = {
    "all attendances": ("attendances", "Outpatient attendances of the year.", "count"),
    "attended first appointment": ("attended_first", "First appointments attended in person.", "count"),
    "attended first tele consultation": ("attended_first_tele", "First appointments by telephone or video.", "count"),
    "attended subsequent appointment": ("attended_subsequent", "Subsequent appointments attended in person.", "count"),
    "attended subsequent tele consultation": (
        "attended_subsequent_tele",
        "Subsequent appointments at a distance.",
        "count",
    ),
    "attended but first / subsequent / tele unknown": ("attended_unknown", "Attendances of which kind is not known.", "count"),
    "percentage of all attendances": ("share_of_attendances", "Share of all attendances, 0 to 1.", "share"),
}
# Heading of the Monthly Activity Return: our key and what it counts.
MAR = {
    r"elective g&a ordinary admissions.*": ("elective_ordinary_admissions", "Elective ordinary admissions, general and acute."),
    r"elective g&a daycase admissions.*": ("elective_day_case_admissions", "Elective day cases, general and acute."),
    r"elective g&a total admissions.*": ("elective_admissions", "Elective admissions, general and acute."),
    r"elective g&a planned ordinary admissions.*": ("planned_ordinary_admissions", "Planned ordinary admissions."),
    r"elective g&a planned daycase admissions.*": ("planned_day_case_admissions", "Planned day cases."),
    r"elective g&a planned total admissions.*": ("planned_admissions", "Planned admissions."),
    r"elective g&a admissions.*treatment centres.*": (
        "treatment_centre_admissions",
        "Elective admissions to treatment centres.",
    ),
    r"total non-elective g&a admissions.*": ("non_elective_admissions", "Non-elective admissions, general and acute."),
    r"gp referrals made \(all specialties\)": ("gp_referrals_made", "GPs' written referrals made, all specialties."),
    r"gp referrals seen \(all specialties\)": ("gp_referrals_seen", "GPs' written referrals seen, all specialties."),
    r"gp referrals made \(g&a\)": ("gp_referrals_made_general_acute", "GPs' written referrals made, general and acute."),
    r"gp referrals seen \(g&a\)": ("gp_referrals_seen_general_acute", "GPs' written referrals seen, general and acute."),
    r"other referrals made \(g&a\)": ("other_referrals_made_general_acute", "Other referrals made, general and acute."),
    r"all 1st outpatient attendances \(g&a\)": (
        "first_attendances_general_acute",
        "First attendances, general and acute.",
    ),
}
_HEADLINE = (
    "total_appointments",
    "attended_appointments",
    "dna_appointments",
    "first_attendances",
    "attendances",
    "gp_referrals_made",
)


def _key(name: str, meaning: str, kind: Kind = "count") -> Key:
    return Key(name=name, title=name.replace("_", " ").capitalize(), meaning=meaning, kind=kind, is_headline=name in _HEADLINE)


DATASET = Dataset(
    slug="outpatients",
    title="Outpatients and referrals",
    about="Appointments and attendances by treatment function and age (HES), the year's tables, and the Monthly Activity Return.",
    keys=(
        *(_key(name, meaning) for name, meaning in HES.values()),
        *(_key(name, meaning, kind) for name, meaning, kind in ANNUAL.values()),
        *(_key(name, meaning) for name, meaning in MAR.values()),
    ),
    cuts=(
        ("treatment_function", "Treatment function's code, such as 110; & where it is not known (HES by month)."),
        ("age_band", "Age band, such as 65 - 69 (by month) or 65-69 (by year)."),
        ("main_specialty", "Main specialty's code (by year)."),
        ("sex", "male or female (by year)."),
        ("ethnic_category", "Ethnic category's letter (by year)."),
        ("deprivation_decile", "Decile of deprivation in its published words (by year)."),
    ),
    source="NHS Digital and NHS England",
)
