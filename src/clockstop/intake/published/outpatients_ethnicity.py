"""Hospital Outpatient Activity: the year's attendances by ethnic category."""

from clockstop.intake.published.outpatients_year import has_groups, read_groups
from clockstop.intake.published.publication import Publication

_HEADING = "ethnic category"

PUBLICATION = Publication(
    slug="outpatients_ethnicity",
    dataset="outpatients",
    title="Hospital Outpatient Activity by ethnic category",
    known_by="a sheet headed Ethnic Category and All Attendances",
    is_ours=lambda preview: has_groups(preview, _HEADING),
    read=lambda source: read_groups(source, _HEADING, "ethnic_category"),
)
