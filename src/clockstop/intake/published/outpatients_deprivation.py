"""Hospital Outpatient Activity: the year's attendances by decile of deprivation."""

from clockstop.intake.published.outpatients_year import has_groups, read_groups
from clockstop.intake.published.publication import Publication

_HEADING = "index of multiple deprivation decile"

PUBLICATION = Publication(
    slug="outpatients_deprivation",
    dataset="outpatients",
    title="Hospital Outpatient Activity by decile of deprivation",
    known_by="a sheet headed Index of Multiple Deprivation Decile and All Attendances",
    is_ours=lambda preview: has_groups(preview, _HEADING),
    read=lambda source: read_groups(source, _HEADING, "deprivation_decile"),
)
