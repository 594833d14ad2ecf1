"""DM01: the monthly diagnostics waiting times and activity return."""

from clockstop.intake.published.datasets import Dataset, Key

BANDS = tuple(f"weeks_{week:02d}_to_{week + 1:02d}" for week in range(13))
_BAND_KEYS = tuple(
    Key(
        name=name,
        title=f"Waiting {week} to {week + 1} weeks",
        meaning=f"Patients who had waited {week} weeks but not yet {week + 1}.",
    )
    for week, name in enumerate(BANDS)
)

DATASET = Dataset(
    slug="dm01",
    title="Diagnostics waiting times and activity (DM01)",
    about="Patients waiting for one of 15 diagnostic tests at the end of a month, and the tests done in it, by provider and test.",
    keys=(
        Key(
            name="waiting_list",
            title="Waiting list",
            meaning="Patients waiting for a test at the end of the month.",
            is_headline=True,
        ),
        Key(
            name="waiting_6_weeks",
            title="Waiting 6 weeks or more",
            meaning="Of these, those who had waited 6 weeks or more.",
            is_headline=True,
        ),
        Key(
            name="waiting_13_weeks",
            title="Waiting 13 weeks or more",
            meaning="Of these, those who had waited 13 weeks or more.",
            is_headline=True,
        ),
        Key(
            name="share_6_weeks",
            title="Share waiting 6 weeks or more",
            meaning="waiting_6_weeks of waiting_list, 0 to 1, as published.",
            kind="share",
            is_headline=True,
        ),
        *_BAND_KEYS,
        Key(
            name="weeks_13_plus", title="Waiting 13 weeks and over", meaning="The open band: the same patients as waiting_13_weeks."
        ),
        Key(name="planned_tests", title="Planned tests", meaning="Planned (surveillance) tests and procedures done in the month."),
        Key(name="unscheduled_tests", title="Unscheduled tests", meaning="Unscheduled tests and procedures done in the month."),
        Key(
            name="waiting_list_tests",
            title="Waiting list tests",
            meaning="Tests and procedures done in the month for patients on the waiting list.",
        ),
    ),
    cuts=(("test", "The published number of the test, 1 to 15; 16 is all of them. `--test N` is short for `--cut test=N`."),),
)
