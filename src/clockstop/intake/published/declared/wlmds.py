"""The Waiting List Minimum Data Set's summary: who waits, by age, sex, deprivation and ethnicity, week by week."""

from clockstop.intake.published.datasets import Dataset, Key, Kind

# Heading (plain): our key, what it counts, its kind.
COLUMNS: dict[str, tuple[str, str, Kind]] = {
    "total waiting list": ("waiting_list", "Pathways waiting at the end of the week.", "count"),
    "up to 18 weeks": ("within_18_weeks", "Of these, those of up to 18 weeks.", "count"),
    "over 18 and up to 52 weeks": ("over_18_to_52_weeks", "Of these, those of more than 18 and up to 52 weeks.", "count"),
    "over 52 weeks": ("over_52_weeks", "Of these, those of more than 52 weeks.", "count"),
    "unknown clock start date": ("unknown_clock_start", "Of these, those whose clock start is not known.", "count"),
    "% within 18 weeks": ("share_within_18_weeks", "Those of up to 18 weeks of those whose clock start is known, 0 to 1.", "share"),
    "% > 52 weeks": ("share_over_52_weeks", "Those of more than 52 weeks of those whose clock start is known, 0 to 1.", "share"),
}

DATASET = Dataset(
    slug="wlmds",
    title="Waiting list by age, sex, deprivation and ethnicity (WLMDS)",
    about="Weekly management information: England week by week, and the last week by provider, ICB, region and treatment function.",
    every="day",
    keys=tuple(
        Key(
            name=name,
            title=name.replace("_", " ").capitalize(),
            meaning=meaning,
            kind=kind,
            is_headline=name in ("waiting_list", "over_52_weeks"),
        )
        for name, meaning, kind in COLUMNS.values()
    ),
    cuts=(
        ("age", "0 to 18 years, 19 to 64 years, Over 65 years."),
        ("sex", "Female, Male."),
        ("deprivation", "Decile of deprivation: IMD 1 (most deprived) to IMD 10."),
        ("ethnicity", "Ethnic category, such as A: British."),
        ("treatment_function", "Treatment function's name, beside one of the others."),
        ("provider_type", "NHS ACUTE, INDEPENDENT SECTOR or OTHER, of England alone."),
    ),
)
