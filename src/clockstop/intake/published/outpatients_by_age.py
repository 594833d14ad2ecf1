"""HES open data by month and age band."""

from clockstop.intake.published.outpatients_hes import is_cut_by, read_cut_by
from clockstop.intake.published.publication import Publication

_COLUMN = "age_band"

PUBLICATION = Publication(
    slug="outpatients_by_age",
    dataset="outpatients",
    title="HES monthly open data by age band",
    known_by="a header with Month_Ending, Age_Band and Total_Appointments",
    is_ours=lambda preview: is_cut_by(preview, _COLUMN),
    read=lambda source: read_cut_by(source, _COLUMN, "age_band"),
)
