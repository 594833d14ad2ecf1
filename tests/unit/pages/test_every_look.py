"""A page, file or call that shows a patient of the trust has written who saw whom; and no log line names a patient."""

import logging
import re

import pytest

from clockstop.accounts.matrix import WHO
from clockstop.accounts.models import AccessRecord
from clockstop.config.logs import WithoutValues

# A pathway or hospital number of the small group's patients, and the one NHS number in it.
PATIENT = re.compile(rb"QQ[AB]-P\d{3}|HQQ[AB]\d{5}|9434765919")
# What these lines say of see_patients is about figures: no row of a patient is shown.
FIGURES_ALONE = {"show_range", "show_family", "show_pack"}
LOOKS = (
    ("/ptl", {"trust": "QQA"}),
    ("/ptl", {"trust": "QQA", "format": "csv"}),
    ("/pathways/QQA/timeline/QQA-P003", {}),
    ("/pathways/QQA/words/QQA-P003", {}),
    ("/pathways/QQA/rows/QQA-P003", {}),
    ("/quality/no-next-step", {"trust": "QQA"}),
    ("/validation", {"trust": "QQA"}),
    ("/measures/rtt_incomplete/rows", {"trust": "QQA"}),
    ("/api/v1/lists/ptl", {"trust": "QQA"}),
)


def test_a_line_that_speaks_of_patients_says_that_the_look_is_recorded():
    """A new view of patients fails here until its line in the matrix says so; then it belongs among the looks below."""
    assert {view for view, who in WHO.items() if "see_patients" in who and "recorded" not in who} == FIGURES_ALONE


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_shows_a_patient_was_recorded_first_and_no_log_names_one(reader, caplog):
    caplog.set_level(logging.DEBUG)
    client, shown = reader(role="information_analyst"), []
    client.post("/find", {"q": "9434765919"})
    for address, query in LOOKS:
        before = AccessRecord.objects.count()
        answer = client.get(address, query)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code == 200 and PATIENT.search(body):
            shown.append(address)
            records = AccessRecord.objects.order_by("sequence")[before:]
            assert any(one.patient_pathway_identifier or one.shown_hash for one in records), address
    assert {"/ptl", "/pathways/QQA/timeline/QQA-P003", "/pathways/QQA/rows/QQA-P003", "/api/v1/lists/ptl"} <= set(shown)
    written = "\n".join(WithoutValues().format(record) for record in caplog.records)
    assert not PATIENT.search(written.encode())
