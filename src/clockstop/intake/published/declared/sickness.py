"""NHS sickness absence."""

from clockstop.intake.published.datasets import Dataset, Key

DATASET = Dataset(
    slug="sickness",
    title="NHS sickness absence",
    about="Days lost to sickness of the days that staff were available, as full time equivalents, by organisation and month.",
    keys=(
        Key(name="fte_days_lost", title="FTE days lost", meaning="Full time equivalent days lost to sickness.", kind="days"),
        Key(name="fte_days_available", title="FTE days available", meaning="Full time equivalent days in all.", kind="days"),
        Key(
            name="sickness_absence_rate_percent",
            title="Sickness absence rate, per cent",
            meaning="Days lost of days available, in per cent with two places, as published.",
            kind="per_cent",
            is_headline=True,
        ),
        Key(
            name="share_sickness_absence",
            title="Share of days lost",
            meaning="fte_days_lost of fte_days_available, 0 to 1; of larger areas from the sums of organisations.",
            kind="share",
            is_headline=True,
        ),
    ),
    source="NHS England Digital",
)
