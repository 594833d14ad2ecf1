"""Read = kept + set aside, whatever a delivery holds."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clockstop.errors import UserError
from clockstop.intake.load import load_file
from clockstop.store.home import Home

pytestmark = pytest.mark.slow
HEADER = ["patient_pathway_identifier", "event_date", "event_sequence", "event_type", "nhs_number", "is_deleted"]
CELLS = [
    st.sampled_from(["A", "B", "C", "", " ", "=1", "NULL", 'a"b', "line\nbreak", "é", "\x00", "x" * 60]),
    st.sampled_from(["2026-01-05", "05/01/2026", "2026-02-30", "", "1900-01-01", "epoch", "9999-01-01"]),
    st.sampled_from(["1", "2", "3.0", "3.7", "", "x", "99999999999999999999"]),
    st.sampled_from(["attend", "referral_received", "nonsense", ""]),
    st.sampled_from(["9434765919", "943 476 5919", "1", ""]),
    st.sampled_from(["", "Y", "N", "maybe"]),
]
WHOLE = st.tuples(*CELLS).map(list)
RAGGED = st.lists(st.sampled_from(["A", "", "2026-01-05", "1,2", "é"]), min_size=2, max_size=9)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.one_of(WHOLE, WHOLE, RAGGED), max_size=12), encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]))
def test_no_row_is_lost(rows, encoding):
    with TemporaryDirectory() as folder:
        home, file = Home(Path(folder) / "home"), Path(folder) / "events.csv"
        home.organisation_file("RXX").parent.mkdir(parents=True)
        home.organisation_file("RXX").write_text('code = "RXX"\nname = "Made-up"\n')
        with file.open("w", newline="", encoding=encoding) as handle:
            csv.writer(handle, lineterminator="\n").writerows([HEADER, *rows])
        try:
            receipt = load_file(home, file=file, trust="RXX", dataset="rtt_events", delivery="full")
        except UserError:
            return
        place = home.loads("RXX", "rtt_events") / receipt.load_id
        kept = sum(pq.read_metadata(part).num_rows for part in place.glob("kept/*.parquet"))
        aside = pq.read_table(place / "set_aside.parquet")
        assert receipt.rows_read == len(rows) == receipt.rows_kept + receipt.rows_set_aside
        assert (kept, len(aside)) == (receipt.rows_kept, receipt.rows_set_aside)
        sources = [row for part in place.glob("kept/*.parquet") for row in pq.read_table(part)["source_row"].to_pylist()]
        assert sorted(sources + aside["source_row"].to_pylist()) == list(range(1, len(rows) + 1))
