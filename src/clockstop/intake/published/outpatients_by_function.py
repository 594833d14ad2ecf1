"""HES open data by month and treatment function."""

from clockstop.intake.published.outpatients_hes import is_cut_by, read_cut_by
from clockstop.intake.published.publication import Publication

_COLUMN = "tretspef"

PUBLICATION = Publication(
    slug="outpatients_by_function",
    dataset="outpatients",
    title="HES monthly open data by treatment function",
    known_by="a header with Month_Ending, TRETSPEF and Total_Appointments",
    is_ours=lambda preview: is_cut_by(preview, _COLUMN),
    read=lambda source: read_cut_by(source, _COLUMN, "treatment_function"),
)
