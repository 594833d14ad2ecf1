"""A national return as it was sent, with what its file does not hold."""

from clockstop.reports.national_closing import _titled
from clockstop.rules.national_return import ReturnRow


def test_rows_that_were_sent_stand_under_words():
    """The title of today's row of the same cut; where there is none any more, the words of the cut."""
    sent = [ReturnRow(sheet="A", cells=(1,), cut=cut) for cut in ("cancer_type=Lung;modality=", "cancer_type=Skin;modality=")]
    now = [ReturnRow(sheet="A", cells=(2,), cut="cancer_type=Lung;modality=", title="Lung: 62 days")]
    assert [(row.title, row.cells) for row in _titled(sent, now)] == [("Lung: 62 days", (1,)), ("Skin", (1,))]
