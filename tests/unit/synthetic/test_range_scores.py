"""Scores of the interval: lists with rates of their own are covered about as often as the interval says."""

from io import StringIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.errors import UnknownName
from clockstop.insight.standard_range import OFF_THE_LIST
from clockstop.synthetic.range_scores import MEASURES, RangeScore, drawn_lists, range_scores, scores, write_scores
from clockstop.synthetic.range_truth import true_list
from written_snapshots import AS_OF, clock, days_before, wait, write_snapshot

LEVEL = 0.9


@pytest.mark.slow
def test_lists_with_rates_of_their_own_are_covered_as_often_as_the_interval_says():
    """Twelve lists, five intervals each: at 90 in 100 fewer than 46 or of narrow intervals more than 60 would be a fault."""
    found = {one.measure: one for one in scores("drawn lists", drawn_lists(12, seed=3), sampled=25, times=1, level=LEVEL)}
    assert found.keys() == MEASURES.keys()
    for one in found.values():
        assert one.intervals == 60 == one.covered + one.truth_below + one.truth_above
        assert one.covered >= 46, one
    narrow = scores("drawn lists", drawn_lists(4, seed=3), sampled=25, times=1, level=0.2)
    assert sum(one.covered for one in narrow if one.measure != "rtt_over_52_weeks") < 25, "an interval of 20 in 100 often misses"


def test_the_kept_scores_cover_at_least_as_often_as_they_say():
    """The table of the docs: on drawn lists about 90 times in 100, in the made-up group no less than 85 for any measure."""
    kept = range_scores()
    assert {one.lists for one in kept} == {"drawn lists", "made-up group"}
    for one in kept:
        assert one.covered / one.intervals > 0.85, one
    drawn = [one for one in kept if one.lists == "drawn lists" and one.measure != "rtt_over_52_weeks"]
    assert 0.86 < sum(one.covered for one in drawn) / sum(one.intervals for one in drawn) < 0.95


def test_scores_are_written_a_row_each():
    text = StringIO()
    write_scores([RangeScore("drawn lists", "rtt_incomplete", 10, LEVEL, 5, 4, 1, 0, 2.5)], text)
    assert text.getvalue().splitlines()[1] == "drawn lists,rtt_incomplete,10,0.9,5,4,1,0,2.5"


def test_the_true_list_says_of_every_clock_what_it_is(home, tmp_path):
    """Of four clocks one is over in truth, one started on another day, one is another trust's by now, one is right."""
    clocks = [clock("QQA", pathway, days_before(days)) for pathway, days in (("P1", 200), ("P2", 100), ("P3", 30), ("P4", 20))]
    flags = [
        {"trust": "QQA", "patient_pathway_identifier": pathway, "flag": flag, "is_current": is_current}
        for pathway, flag, is_current in (("P1", "validation", True), ("P1", "status_missing", True), ("P3", "planned", False))
    ]
    write_snapshot(home, AS_OF, clocks=clocks, waits=[wait(row, AS_OF) for row in clocks],
                   more={"rtt_flags": pa.Table.from_pylist(flags)})  # fmt: skip
    periods = [("P1", 200, AS_OF, None), ("P2", 90, None, None), ("P3", 30, None, AS_OF), ("P4", 20, None, None)]
    rows = [{"trust": "QQA", "patient_pathway_identifier": pathway, "start_date": days_before(days), "end_date": end,
             "responsibility_passed_date": passed} for pathway, days, end, passed in periods]  # fmt: skip
    (tmp_path / "QQA").mkdir()
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "QQA" / "periods.parquet")
    found = true_list(home, tmp_path)
    said = {int(days): int(true) for days, true in zip(found.days, found.true_days, strict=True)}
    assert said == {200: OFF_THE_LIST, 100: 90, 30: OFF_THE_LIST, 20: 20}
    first = found.days.tolist().index(200)
    assert found.flags[found.leading[first]] == "status_missing"
    assert found.under["validation"][first]
    assert found.under["unflagged"].sum() == 3
    with pytest.raises(UnknownName, match="no periods"):
        true_list(home, tmp_path / "QQA")
