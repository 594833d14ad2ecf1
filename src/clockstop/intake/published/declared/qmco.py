"""QMCO: elective operations cancelled at the last minute, by quarter."""

from clockstop.intake.published.datasets import Dataset, Key

DATASET = Dataset(
    slug="qmco",
    title="Cancelled elective operations (QMCO)",
    about="Elective operations cancelled at the last minute in a quarter, of England, regions and providers.",
    every="quarter",
    keys=(
        Key(
            name="last_minute_cancellations",
            title="Last minute cancellations",
            meaning="Operations cancelled at the last minute for non-clinical reasons; England's without the independent sector.",
            is_headline=True,
        ),
        Key(
            name="not_treated_within_28_days",
            title="Not treated within 28 days",
            meaning="Patients whose operation was so cancelled and who were not treated within 28 days; England's alike.",
            is_headline=True,
        ),
        Key(
            name="last_minute_cancellations_with_independent_sector",
            title="Last minute cancellations, with the independent sector",
            meaning="England's with the independent sector.",
        ),
        Key(
            name="not_treated_within_28_days_with_independent_sector",
            title="Not treated within 28 days, with the independent sector",
            meaning="England's with the independent sector.",
        ),
    ),
    cuts=(("independent_sector", "excluded or included: England's two rows, each with the keys of the whole."),),
)
