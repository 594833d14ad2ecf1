"""What becomes of the rows: kept, set aside, changed, withdrawn, come back."""

import json

import pyarrow.parquet as pq
import pytest

from clockstop.errors import Busy, UserError
from clockstop.intake.ledger import loads
from clockstop.intake.load import withdraw
from clockstop.intake.merge import signature
from clockstop.intake.pseudonyms import pseudonym
from clockstop.intake.set_aside import grid, set_aside_rows
from clockstop.store.buckets import BUCKETS
from clockstop.store.lock import writer


def event(pathway, day="2026-01-05", sequence=1, **more):
    return {"patient_pathway_identifier": pathway, "event_date": day, "event_sequence": sequence} | more


def counts(receipt):
    return receipt.rows_new, receipt.rows_changed, receipt.rows_unchanged, receipt.rows_withdrawn


def signatures(home):
    return [signature(home, "RXX", "rtt_events", bucket) for bucket in range(BUCKETS)]


def days(rows):
    return {row["patient_pathway_identifier"]: row["event_date"].isoformat() for row in rows}


def test_the_last_load_of_a_key_wins(deliver, holds):
    first = deliver([event("A"), event("B")])
    second = deliver([event("B", "2026-02-01"), event("C"), event("A")], name="second.csv")
    assert counts(first) == (2, 0, 0, 0)
    assert counts(second) == (1, 1, 1, 0)
    assert days(holds()) == {"A": "2026-01-05", "B": "2026-02-01", "C": "2026-01-05"}


def test_the_same_file_twice_changes_nothing(deliver, home, holds):
    deliver([event("A"), event("B")], delivery="full")
    before, signed = holds(), signatures(home)
    again = deliver([event("A"), event("B")], delivery="full")
    assert again.already_loaded
    assert counts(again) == (0, 0, 2, 0)
    assert (holds(), signatures(home)) == (before, signed)
    assert len(loads(home)) == 1


def test_a_full_delivery_withdraws_what_it_should_hold_and_does_not(deliver, holds):
    deliver([event("old", "2025-01-01"), event("A"), event("B", "2026-01-10"), event("C", "2026-01-20")])
    receipt = deliver([event("A"), event("C", "2026-01-20")], name="full.csv", delivery="full")
    assert counts(receipt) == (0, 0, 2, 1)
    assert set(days(holds())) == {"old", "A", "C"}


def test_a_row_set_aside_does_not_count_as_withdrawn(deliver, holds):
    deliver([event("A"), event("B", "2026-01-10"), event("C", "2026-01-20")])
    bad = [event("A"), event("B", "2026-01-10", event_type="nonsense"), event("C", "2026-01-20")]
    receipt = deliver(bad, name="full.csv", delivery="full")
    assert (receipt.rows_set_aside, receipt.rows_withdrawn, receipt.rows_protected) == (1, 0, 1)
    assert set(days(holds())) == {"A", "B", "C"}


def test_a_declared_window_withdraws_beyond_the_rows(deliver, holds):
    from datetime import date

    deliver([event("A"), event("B", "2026-03-01")])
    receipt = deliver([event("A")], name="full.csv", delivery="full", window=(date(2026, 1, 1), date(2026, 3, 31)))
    assert receipt.rows_withdrawn == 1
    assert set(days(holds())) == {"A"}


def test_a_withdrawn_version_does_not_uncover_the_one_before(deliver, holds):
    deliver([event("A", "2025-01-01"), event("B")])
    deliver([event("A", "2026-01-10")], name="corrected.csv")
    deliver([event("B"), event("C", "2026-01-20")], name="full.csv", delivery="full")
    assert set(days(holds())) == {"B", "C"}


def test_changes_take_deleted_rows_out_and_need_only_their_key(deliver, holds):
    deliver([event("A"), event("B")])
    gone = {"patient_pathway_identifier": "A", "event_sequence": 1, "event_date": "", "event_type": "", "is_deleted": "Y"}
    receipt = deliver([gone, event("C", is_deleted="N")], name="changes.csv")
    assert receipt.rows_set_aside == 0
    assert counts(receipt) == (1, 0, 0, 1)
    assert set(days(holds())) == {"B", "C"}


def test_a_withdrawn_load_gives_back_what_it_had_replaced(deliver, home, holds):
    deliver([event("A"), event("B")])
    before, signed = holds(), signatures(home)
    wrong = deliver([event("A", "2027-01-01"), event("C")], name="wrong.csv", delivery="full")
    assert days(holds()) != days(before)
    taken = withdraw(home, trust="RXX", dataset="rtt_events", load_id="2", reason="wrong year", by="someone")
    assert (taken.load_id, taken.is_withdrawn, taken.withdrawn_reason) == (wrong.load_id, True, "wrong year")
    assert (holds(), signatures(home)) == (before, signed)
    with pytest.raises(UserError, match="withdrawn already"):
        withdraw(home, trust="RXX", dataset="rtt_events", load_id="2", reason="again", by="someone")
    again = deliver([event("A", "2027-01-01"), event("C")], name="wrong.csv", delivery="full")
    assert not again.already_loaded
    assert again.load_id.startswith("0003-")


def test_a_record_that_changes_its_pathway_leaves_no_copy_behind(deliver, home, holds):
    def spell(pathway, day="2026-01-05"):
        return {"hospital_provider_spell_identifier": "S1", "patient_pathway_identifier": pathway,
                "start_date_hospital_provider_spell": day}  # fmt: skip

    deliver([spell("P1")], dataset="spells")
    for number in range(2, 8):
        receipt = deliver([spell(f"P{number}")], name=f"{number}.csv", dataset="spells")
        assert counts(receipt) == (0, 1, 0, 0)
        assert [row["patient_pathway_identifier"] for row in holds("spells")] == [f"P{number}"]
    withdraw(home, trust="RXX", dataset="spells", load_id="7", reason="x", by="x")
    assert [row["patient_pathway_identifier"] for row in holds("spells")] == ["P6"]


def test_duplicates_within_a_file(deliver, home):
    rows = [event("A"), event("B"), event("A"), event("B", "2026-02-01")]
    receipt = deliver(rows)
    assert receipt.reasons == {"duplicate_key": 1, "duplicate_row": 1}
    aside = set_aside_rows(home, receipt)
    assert [(row["source_row"], row["reasons"]) for row in aside] == [(1, ["duplicate_row"]), (2, ["duplicate_key"])]
    assert "row 4" in aside[1]["messages"][0]


def test_a_row_gets_every_reason_and_the_original_row(deliver, home):
    bad = event("A", "2026-02-30", "x", event_type="nonsense", sex="M", nhs_number="943 476 5919", surname="Never")
    receipt = deliver([bad, event("B")])
    row = set_aside_rows(home, receipt)[0]
    assert set(zip(row["reasons"], row["columns"], strict=True)) == {
        ("date_unreadable", "event_date"),
        ("number_unreadable", "event_sequence"),
        ("unknown_code", "event_type"),
        ("unknown_code", "sex"),
    }
    assert receipt.reasons == {"date_unreadable": 1, "number_unreadable": 1, "unknown_code": 1}
    assert row["original"]["event_type"] == "nonsense"
    assert row["original"]["nhs_number"] == "**********"
    assert "surname" not in row["original"]
    assert receipt.columns_dropped == ["surname"]


def test_no_cell_of_a_download_is_a_formula(deliver, home):
    receipt = deliver([event("=cmd|' /C calc'!A0", event_type="@nonsense")])
    cells = [cell for line in grid(set_aside_rows(home, receipt)) for cell in line]
    assert "'@nonsense" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-09-03", "2026-09-03"), ("03/09/2026", "2026-09-03"), ("3/9/2026", "2026-09-03"), ("03-SEP-2026", "2026-09-03"),
        ("20260903", "2026-09-03"), ("2026-09-03 14:30:00", "2026-09-03"), ("2026-09-03T14:30:00", "2026-09-03"),
        ("2026-02-30", None), ("03/09/26", None), ("epoch", None), ("infinity", None), ("2026-09-03 rubbish", None),
        ("45000", None), ("3026-09-03", None), ("31/12/1899", None), ("1900-01-01", None), (" 2026-09-03 ", "2026-09-03"),
    ],
)  # fmt: skip
def test_dates(text, day, deliver, holds):
    receipt = deliver([event("A", text)])
    assert receipt.rows_read == receipt.rows_kept + receipt.rows_set_aside == 1
    assert [row["event_date"].isoformat() for row in holds()] == ([day] if day else [])


def test_1900_is_missing_and_counted(deliver, holds):
    receipt = deliver([event("A", person_birth_date="1900-01-01")])
    assert receipt.warnings == {"date_1900_taken_as_missing": 1}
    assert holds()[0]["person_birth_date"] is None


def test_nhs_numbers_are_hashed_at_the_door(deliver, home, holds):
    receipt = deliver([event("A", nhs_number="943 476 5919"), event("B", nhs_number="9434765918"), event("C")])
    assert receipt.warnings == {"nhs_number_invalid": 1}
    assert [row["nhs_number_pseudonym"] for row in holds()] == [pseudonym(home, "9434765919"), None, None]
    assert home.pseudonym_key_file.stat().st_mode & 0o777 == 0o600
    everything = b"".join(file.read_bytes() for file in home.loads("RXX", "rtt_events").rglob("*") if file.is_file())
    assert b"9434765919" not in everything
    assert "nhs_number" not in holds()[0]


def test_a_trust_may_keep_its_numbers_and_be_strict(deliver, home, holds):
    mapping = "pseudonymise = false\nstrict_nhs_numbers = true\n"
    receipt = deliver([event("A", nhs_number="943 476 5919"), event("B", nhs_number="1")], mapping=mapping)
    assert receipt.reasons == {"nhs_number_invalid": 1}
    assert holds()[0]["nhs_number"] == "9434765919"
    assert home.mapping_file("RXX", "rtt_events").read_text() == mapping


def test_a_mapping_makes_their_file_ours(deliver, holds):
    text = "Report\r\n\r\nPfad;Tag;Nr;Art;Name\r\nA;03.09.2026;1;ATT;Müller\r\nB;04.09.2026;1;Rubbish;x\r\n"
    mapping = """
        encoding = "cp1252"
        header_row = 3
        date_formats = ["dd.mm.yyyy"]
        [columns]
        patient_pathway_identifier = "Pfad"
        event_date = "Tag"
        event_sequence = "Nr"
        event_type = "Art"
        sex = {constant = "1"}
        [codes.event_type]
        ATT = "attend"
    """
    receipt = deliver(text.encode("cp1252"), mapping=mapping)
    assert (receipt.rows_kept, receipt.reasons, receipt.columns_dropped) == (1, {"unknown_code": 1}, ["Name"])
    assert [(row["event_type"], row["sex"], row["event_date"].isoformat()) for row in holds()] == [("attend", "1", "2026-09-03")]


@pytest.mark.parametrize(
    ("declared", "cell"),
    [("dd/mm/yy", "03/09/26"), ("dd-mm-yy", "03-09-26"), ("dd-mmm-yy", "03-Sep-26"), ("", "2026-09-03 00:00:00.0000000")],
)
def test_a_short_year_is_read_where_the_mapping_says_so(deliver, holds, declared, cell):
    """And is not taken for the year 3 or 26; nor do seven places of a second matter."""
    mapping = f"date_formats = ['{declared}']\n" if declared else ""
    receipt = deliver([event("A", event_date=cell)], mapping=mapping)
    assert receipt.reasons == {}
    assert [row["event_date"].isoformat() for row in holds()] == ["2026-09-03"]


def test_a_record_id_is_the_key(deliver, holds):
    mapping = 'record_id = "Id"'
    deliver([event("A", Id="7")], mapping=mapping)
    receipt = deliver([event("B", sequence=9, Id="7"), event("C", Id="8")], name="second.csv", mapping=mapping)
    assert counts(receipt) == (1, 1, 0, 0)
    assert sorted((row["record_id"], row["patient_pathway_identifier"]) for row in holds()) == [("7", "B"), ("8", "C")]


def test_rows_of_another_provider_are_set_aside(deliver):
    receipt = deliver(
        [event("A", organisation_code_code_of_provider="RXX01"), event("B", organisation_code_code_of_provider="RYY")]
    )
    assert receipt.reasons == {"other_provider": 1}


def test_a_receipt_says_what_lies_in_the_folder(deliver, home):
    receipt = deliver([event("A"), event("B", "x")])
    place = home.loads("RXX", "rtt_events") / receipt.load_id
    kept = sum(pq.read_metadata(file).num_rows for file in place.glob("kept/*.parquet"))
    assert (kept, pq.read_metadata(place / "set_aside.parquet").num_rows) == (1, 1)
    assert len(list(place.glob("kept/*.parquet"))) == BUCKETS
    written = {str(file.relative_to(place)) for file in place.rglob("*") if file.is_file()}
    assert written == {*receipt.files, "receipt.json"}
    assert json.loads((place / "receipt.json").read_text())["rows_read"] == 2


def test_one_writer_at_a_time(deliver, home):
    with writer(home), pytest.raises(Busy):
        deliver([event("A")])
    assert loads(home) == []


def test_a_load_older_than_a_column_of_the_contract_is_still_merged(deliver, home, holds):
    deliver([{"patient_pathway_identifier": "P1"}])
    for file in home.loads("RXX", "rtt_events").glob("*/kept/*.parquet"):
        rows = pq.read_table(file).drop_columns(["consultant_code"])
        file.unlink()
        pq.write_table(rows, file)
    receipt = deliver([{"patient_pathway_identifier": "P1", "event_date": "2026-01-06"}], name="later.csv")
    assert receipt.rows_changed == 1
    assert [row["consultant_code"] for row in holds()] == [None]
