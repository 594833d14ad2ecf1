"""Cancer waiting times: the 28-day, 31-day and 62-day standards, and referrals seen."""

from clockstop.intake.published.datasets import Dataset, Key

STANDARDS = {
    "fds": "28-day Faster Diagnosis",
    "d31": "31-day decision to treat to treatment",
    "d62": "62-day referral to treatment",
}
_PEOPLE = {"fds": "People told that they have cancer or have it ruled out", "d31": "Treatments", "d62": "Patients treated"}
_DAYS = {"fds": 28, "d31": 31, "d62": 62}
SEEN = {"usc_seen": "Urgent suspected cancer referrals seen", "ubs_seen": "Urgent breast symptomatic referrals seen"}


def _keys(standard: str) -> tuple[Key, ...]:
    title, people, days = STANDARDS[standard], _PEOPLE[standard], _DAYS[standard]
    halves = " Shared patients count half at each provider." if standard == "d62" else ""
    return (
        Key(name=f"{standard}_total", title=f"{title}: all", meaning=f"{people} in the month.{halves}", is_headline=True),
        Key(name=f"{standard}_within", title=f"{title}: within", meaning=f"Of these, within {days} days.", is_headline=True),
        Key(name=f"{standard}_after", title=f"{title}: after", meaning=f"Of these, after {days} days (breaches)."),
        Key(
            name=f"{standard}_share_within",
            title=f"{title}: share within",
            meaning=f"{standard}_within of {standard}_total, 0 to 1.",
            kind="share",
            is_headline=True,
        ),
    )


DATASET = Dataset(
    slug="cancer",
    title="Cancer waiting times",
    about="How long people waited to be told, and to be treated, by provider, cancer type, route or stage, and treatment modality.",
    keys=(
        *(key for standard in STANDARDS for key in _keys(standard)),
        *(Key(name=name, title=title, meaning=f"{title} in the month, as a first attendance.") for name, title in SEEN.items()),
    ),
    key_patterns=(
        (
            "fds_within_14_days, fds_15_to_28_days ... fds_after_62_days",
            "The bands of days of the 28-day standard; d31_... and d62_... alike.",
        ),
        ("usc_seen_within_14_days ... usc_seen_after_28_days", "The bands of days of referrals seen; ubs_seen_... alike."),
    ),
    cuts=(
        ("cancer_type", "The (suspected) cancer, such as Breast or Suspected breast cancer."),
        ("route", "28 and 62 days: the referral's route, such as Urgent Suspected Cancer."),
        ("stage", "31 days: First Treatment or Subsequent Treatment."),
        (
            "modality",
            "31 and 62 days: how it was treated, such as Surgery. By modality and by cancer type each count every treatment.",
        ),
    ),
)
