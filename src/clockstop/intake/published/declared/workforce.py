"""NHS workforce statistics: headcount and full time equivalent of hospital and community staff."""

from clockstop.intake.published.datasets import Dataset, Key

DATASET = Dataset(
    slug="workforce",
    title="NHS workforce statistics",
    about="Staff of trusts and other core organisations at the end of the month, by staff group; all staff since September 2009.",
    keys=(
        Key(name="fte", title="Full time equivalent", meaning="Staff as full time equivalents.", kind="amount", is_headline=True),
        Key(
            name="headcount",
            title="Headcount",
            meaning="People; one who works for two organisations is counted by each, and once for England.",
            is_headline=True,
        ),
    ),
    cuts=(("staff_group", "Staff group or grade in its published words, such as Consultant; groups hold their grades."),),
    source="NHS England Digital",
)
