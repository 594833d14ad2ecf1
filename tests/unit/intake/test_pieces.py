"""A file that comes in many pieces is sifted as if it came in one, within the room that there is."""

import resource

import pyarrow.parquet as pq
import pytest

from clockstop.errors import UserError
from clockstop.intake import cells, delimited, kept, sift
from clockstop.intake.ledger import loads
from clockstop.intake.set_aside import page_of, set_aside_rows

EVENTS = [
    {
        "patient_pathway_identifier": f"P{number % 40:02}",
        "event_date": f"2026-0{1 + number % 9}-11",
        "event_sequence": str(number // 40),
        "nhs_number": "9434765919" if number % 3 else "9434765918",
        "consultant_code": f"C{number}",
    }
    for number in range(200)
]
BAD = [{"patient_pathway_identifier": "P01", "event_date": "soon", "event_sequence": "0"}, {"event_type": "no such"}]


@pytest.fixture
def small(monkeypatch):
    """Pieces of some ten rows, buckets parted after five, columns of three texts held as plain text."""
    monkeypatch.setattr(delimited, "BLOCK", 700)
    monkeypatch.setattr(sift, "PIECE_ROWS", 10)
    monkeypatch.setattr(cells, "FEW", 3)
    monkeypatch.setattr(kept, "ROWS_AT_A_TIME", 5)


def rows_of(home, receipt):
    place = home.loads("RXX", "rtt_events") / receipt.load_id / "kept"
    return [pq.read_table(place / f"bucket-{bucket}.parquet").to_pylist() for bucket in range(8)]


def test_many_pieces_give_what_one_gives(deliver, home, small, monkeypatch):
    rows = [*EVENTS, *BAD, *EVENTS[:30]]
    pieces = deliver(rows)
    monkeypatch.undo()
    one = deliver([*rows, *BAD[:1]], name="whole.csv")
    assert (pieces.rows_read, pieces.rows_kept, pieces.rows_set_aside) == (232, 200, 32)
    assert (one.rows_unchanged, one.rows_changed, one.rows_new) == (200, 0, 0)
    assert pieces.reasons == {"duplicate_row": 30, "date_unreadable": 1, "duplicate_key": 1, "unknown_code": 1}
    assert rows_of(home, pieces) == rows_of(home, one)


def test_each_bucket_lies_in_order(deliver, home, small):
    for rows in rows_of(home, deliver(EVENTS[::-1])):
        places = [(row["patient_pathway_identifier"], row["event_date"], row["event_sequence"]) for row in rows]
        assert rows
        assert places == sorted(places)


def test_a_row_set_aside_says_what_was_found_and_no_more(deliver, home):
    receipt = deliver([{"event_type": "x" * 500}, {"event_date": "soon"}, {}])
    rows = set_aside_rows(home, receipt)
    assert len(rows[0]["messages"][0]) < 500
    assert rows[0]["original"]["event_type"] == "x" * 500
    assert '"soon" is not a date' in rows[1]["messages"]
    place = home.loads("RXX", "rtt_events") / receipt.load_id
    assert page_of(place, code="date_unreadable", first=0, number=5) == ([rows[1]], 1)
    assert page_of(place, code="", first=1, number=1) == ([rows[1]], 2)


def test_a_bad_row_that_also_loses_says_both(deliver, home):
    receipt = deliver([{"event_type": "no such"}, {"event_type": "attend"}, {"event_type": "attend"}])
    assert [row["reasons"] for row in set_aside_rows(home, receipt)] == [["unknown_code", "duplicate_key"], ["duplicate_row"]]
    assert receipt.reasons == {"duplicate_key": 1, "duplicate_row": 1, "unknown_code": 1}


def test_a_full_disk_is_told_and_nothing_is_left(deliver, home):
    deliver([{}])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    rows = [{"patient_pathway_identifier": f"P{number}", "consultant_code": f"C{number}"} for number in range(3_000)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, limits[1]))
    try:
        with pytest.raises(UserError, match="the disk is full"):
            deliver(rows, name="large.csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(loads(home)) == 1
    assert not list(home.loads("RXX", "rtt_events").glob(".partial-*"))
