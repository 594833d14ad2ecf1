"""Discharge delays: patients in hospital who no longer meet the criteria to reside, by day."""

from clockstop.intake.published.datasets import Dataset, Key

DATASET = Dataset(
    slug="discharge",
    title="Patients who do not meet the criteria to reside",
    about="Patients in hospital who do not meet the criteria to reside, of trusts and their sum, by day and by month.",
    every="day",
    keys=(
        Key(
            name="no_criteria_to_reside",
            title="Not meeting the criteria to reside",
            meaning="Patients who did not meet them on the day, or on the last day of the month that has a figure.",
            is_headline=True,
        ),
        Key(
            name="no_criteria_to_reside_mean",
            title="Mean of the month's days",
            meaning="The mean of the days that have a figure.",
            kind="average",
            is_headline=True,
        ),
        Key(
            name="no_criteria_to_reside_sum",
            title="Bed days",
            meaning="The sum over the month's days: days in a bed without need of it.",
        ),
        Key(
            name="days_with_a_figure",
            title="Days with a figure",
            meaning="How many of the month's days have a figure.",
            kind="number",
        ),
        Key(
            name="trusts_with_a_figure",
            title="Trusts with a figure",
            meaning="England: how many trusts have a figure on the day.",
            kind="number",
        ),
    ),
    source="NHS England, Daily Discharge Situation Report, as the healthyr project converted it",
)
