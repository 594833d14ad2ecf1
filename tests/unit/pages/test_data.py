"""The data pages: receipts that add up, rows with the offending cell marked, and who may see them."""

import csv
import io

import pytest
from bs4 import BeautifulSoup

from clockstop.accounts.models import AccessRecord
from clockstop.errors import NotAllowed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HEADER = "patient_pathway_identifier,event_date,event_sequence,event_type\n"


@pytest.fixture(scope="module")
def dirty_load(group_home, tmp_path_factory):
    """A load of QQA with two rows set aside, taken out again afterwards."""
    from clockstop.intake.load import load_file, withdraw

    file = tmp_path_factory.mktemp("dirty") / "events.csv"
    file.write_text(HEADER + "QQA-P001,2026-01-05,1,attend\nQQA-P002,2026-02-30,1,attend\n=1+1,2026-01-05,1,nonsense\n")
    receipt = load_file(group_home, file=file, trust="QQA", dataset="rtt_events")
    yield f"/data/QQA/rtt_events/{receipt.load_id}"
    withdraw(group_home, trust="QQA", dataset="rtt_events", load_id=receipt.load_id, reason="test", by="test")


def page_of(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_a_reader_sees_the_loads_of_the_own_trust_only(reader, dirty_load):
    shown = page_of(reader().get("/data"))
    assert {row.select("td")[0].get_text() for row in shown.select("tbody tr")} == {"QQA"}
    assert shown.select_one(f'a[href="{dirty_load}"]')


def test_read_is_kept_plus_set_aside(reader, dirty_load):
    shown = page_of(reader("information_analyst").get(dirty_load))
    read, kept, aside = (int(strong.get_text()) for strong in shown.select(".cs-sum strong"))
    assert (read, kept, aside) == (3, 1, 2)
    assert "The date cannot be read" in shown.select_one("#why").parent.get_text()


def test_the_offending_cell_is_marked(reader, dirty_load):
    shown = page_of(reader("information_analyst").get(f"{dirty_load}/set-aside?reason=date_unreadable"))
    assert [cell.get_text() for cell in shown.select(".cs-bad")] == ["2026-02-30"]
    assert AccessRecord.objects.filter(what="list_set_aside", trust="QQA", rows=1).exists()


def test_a_download_holds_every_row_and_no_formula(reader, dirty_load):
    response = reader("information_analyst").get(f"{dirty_load}/set-aside?format=csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["source_row"] for row in rows] == ["2", "3"]
    assert rows[1]["patient_pathway_identifier"] == "'=1+1"
    assert rows[1]["reasons"] == "unknown_code"
    assert AccessRecord.objects.get(action="exported").rows == 2


def test_a_manager_sees_the_receipt_and_not_the_rows(reader, dirty_load):
    client = reader("service_manager")
    assert not page_of(client.get(dirty_load)).select(".cs-bad")
    assert client.get(f"{dirty_load}/set-aside").status_code == 403


def test_another_trusts_loads_are_out_of_reach(reader, dirty_load):
    client = reader("information_analyst", trust="QQB")
    for address in (dirty_load, f"{dirty_load}/set-aside", f"{dirty_load}/set-aside?format=csv", "/data?trust=QQA"):
        response = client.get(address)
        assert response.status_code == 403
        assert b"2026-02-30" not in response.content


def test_the_answers_themselves_ask_for_the_scope(group, dirty_load):
    from clockstop.answers import data
    from clockstop.answers.scope import Scope

    _, _, trust, dataset, load = dirty_load.split("/")
    totals_only = Scope(frozenset({"QQA"}), frozenset(), "director", "operations_director")
    assert data.load(totals_only, group, trust, dataset, load).receipt.rows_read == 3
    with pytest.raises(NotAllowed):
        data.set_aside(totals_only, group, trust, dataset, load)
    with pytest.raises(NotAllowed):
        data.load(Scope(frozenset({"QQB"}), frozenset({"QQB"}), "x", "y"), group, trust, dataset, load)
