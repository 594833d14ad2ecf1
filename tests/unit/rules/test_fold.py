"""The fold: a table that is not total is refused, and streaming changes nothing."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from clockstop.rules import fold_kernel
from clockstop.rules.readings import Readings
from clockstop.rules.rtt import FLAGS, clock, clocks_of, rtt_clock, trace_of
from clockstop.rules.rtt_events import SYMBOLS, day_number

CENSUS = date(2026, 9, 30)


def history(*events: tuple, pathway: str = "p") -> pa.Table:
    """Events given as (day, type) or (day, type, {columns})."""
    rows = []
    for sequence, (day, event_type, *rest) in enumerate(events, start=1):
        row = {
            "patient_pathway_identifier": pathway,
            "event_date": date.fromisoformat(day),
            "event_sequence": sequence,
            "event_type": event_type,
        }
        rows.append(row | (rest[0] if rest else {}))
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def random_events(pathways: int, seed: int = 7) -> pa.Table:
    rng = np.random.default_rng(seed)
    count = pathways * 6
    pathway = np.sort(rng.integers(0, pathways, count))
    days = rng.integers(day_number(date(2025, 1, 1)), day_number(CENSUS), count)
    types = np.array(
        ["referral_received", "attend", "first_dna", "admit_treat", "rebook_contact", "decision_to_treat", "re_referral", "death"]
    )
    statuses = np.array(["20", "30", "31", "32", "34", "11"])
    return pa.table(
        {
            "patient_pathway_identifier": [f"p{number:06}" for number in pathway],
            "event_date": pa.array(days.astype("int32")).cast(pa.date32()),
            "event_sequence": np.arange(count),
            "event_type": types[rng.choice(8, count, p=[0.2, 0.35, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05])],
            "referral_to_treatment_period_status": statuses[rng.integers(0, 6, count)],
        }
    ).sort_by([("patient_pathway_identifier", "ascending"), ("event_date", "ascending"), ("event_sequence", "ascending")])


def test_every_state_meets_every_event():
    assert len(rtt_clock.turns) == len(rtt_clock.states) * len(SYMBOLS)


def test_a_table_that_lacks_a_cell_is_refused():
    lines = [line for line in rtt_clock.table.splitlines() if "admit_treat " not in line]
    with pytest.raises(ValueError, match="admit_treat"):
        _ = replace(rtt_clock, table="\n".join(lines)).turns


def test_a_table_that_gives_a_cell_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        _ = replace(rtt_clock, table=rtt_clock.table + "\n fresh | death | dead | close 36 | RTT-R27").turns


def test_a_table_that_names_what_is_not_declared_is_refused():
    with pytest.raises(ValueError, match="not declared"):
        _ = replace(rtt_clock, table=rtt_clock.table + "\n fresh | picnic | dead | | RTT-R27").turns


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
def test_batches_of_any_size_give_the_same_periods(size: int):
    events = random_events(300)
    whole = rtt_clock.periods(events, census_day=day_number(CENSUS))
    streamed = list(rtt_clock.over(events.to_batches(max_chunksize=size), census_day=day_number(CENSUS)))
    assert pa.Table.from_batches(streamed).equals(pa.Table.from_batches([whole]))


def test_the_compiled_loop_gives_what_the_plain_loop_gives(monkeypatch: pytest.MonkeyPatch):
    events = random_events(2000)
    plain = rtt_clock.periods(events, census_day=day_number(CENSUS))
    monkeypatch.setattr(fold_kernel, "COMPILE_FROM", 1)
    assert rtt_clock.periods(events, census_day=day_number(CENSUS)).equals(plain)


def test_events_in_any_order_give_the_same_periods():
    events = random_events(200)
    shuffled = events.take(pa.array(np.random.default_rng(3).permutation(events.num_rows)))
    assert clocks_of(shuffled, census=CENSUS).equals(clocks_of(events, census=CENSUS))


def test_the_provider_is_part_of_the_key():
    events = pa.concat_tables(
        history(("2026-01-05", "referral_received")).append_column("organisation_code_code_of_provider", pa.array([code]))
        for code in ("ZZ1", "ZZ2")
    )
    clocks = clocks_of(events, census=CENSUS)
    assert clocks.column("organisation_code_code_of_provider").to_pylist() == ["ZZ1", "ZZ2"]


def test_events_after_the_census_are_not_applied():
    clocks = clocks_of(history(("2026-09-01", "referral_received"), ("2026-10-01", "admit_treat")), census=CENSUS)
    assert clocks.column("end_date").to_pylist() == [None]


def test_the_trace_names_the_rule_at_each_turn():
    trace = trace_of(
        history(("2026-03-02", "referral_received"), ("2026-05-05", "first_dna"), ("2026-05-12", "rebook_contact")), census=CENSUS
    )
    assert trace.column("rule").to_pylist() == ["RTT-R01", "RTT-R28", "RTT-R11"]
    assert trace.column("clock_start_date").to_pylist() == [date(2026, 3, 2), None, date(2026, 5, 12)]


def test_a_record_that_needed_a_choice_carries_a_flag():
    trace = trace_of(history(("2026-03-02", "attend", {"referral_to_treatment_period_status": "30"})), census=CENSUS)
    assert trace.column("raised").to_pylist() == [["stop_without_clock"]]


SUSPECTED_CANCER = history(
    ("2026-03-02", "referral_received", {"priority_type_code": "3"}), ("2026-05-05", "first_dna", {"priority_type_code": "3"})
)


@pytest.mark.parametrize(("runs_on", "is_nullified"), [(False, True), (True, False)])
def test_a_suspected_cancer_first_dna_follows_the_reading(runs_on: bool, is_nullified: bool):
    clocks = clocks_of(SUSPECTED_CANCER, census=CENSUS, readings=Readings(suspected_cancer_first_dna_runs_on=runs_on))
    assert clocks.column("is_nullified").to_pylist() == [is_nullified]


def test_a_safeguarded_discharge_after_a_later_dna_can_be_dated_back_to_the_dna():
    events = history(
        ("2026-01-05", "referral_received"),
        ("2026-02-02", "attend", {"referral_to_treatment_period_status": "20"}),
        ("2026-03-02", "later_dna"),
        ("2026-03-09", "discharge_to_gp", {"has_safeguards": True}),
    )
    ends = [
        clocks_of(events, census=CENSUS, readings=Readings(later_dna_discharge_stops_on=on)).column("end_date").to_pylist()
        for on in ("discharge", "dna")
    ]
    assert ends == [[date(2026, 3, 9)], [date(2026, 3, 2)]]
    assert clocks_of(events, census=CENSUS).column("last_dna_date").to_pylist() == [date(2026, 3, 2)]


@pytest.mark.parametrize(("may", "is_nullified"), [(False, False), (True, True)])
def test_a_re_referral_that_opens_a_pathway_follows_the_reading(may: bool, is_nullified: bool):
    events = history(("2026-03-02", "re_referral"), ("2026-05-05", "first_dna"))
    clocks = clocks_of(events, census=CENSUS, readings=Readings(re_referral_may_be_nullified=may))
    assert clocks.column("is_nullified").to_pylist() == [is_nullified]


def test_a_later_dna_before_any_activity_follows_the_reading():
    events = history(("2026-03-02", "referral_received"), ("2026-05-05", "later_dna"))
    assert clocks_of(events, census=CENSUS).column("is_nullified").to_pylist() == [False]
    nullifying = Readings(later_dna_without_activity_nullifies=True)
    assert clocks_of(events, census=CENSUS, readings=nullifying).column("is_nullified").to_pylist() == [True]


def test_responsibility_passes_and_returns_with_the_patient():
    start = date(2026, 3, 2)
    gone = (("2026-03-02", "referral_received"), ("2026-04-01", "transfer_out", {"is_responsibility_passed": True}))
    assert clocks_of(history(*gone), census=CENSUS).column("responsibility_passed_date").to_pylist() == [date(2026, 4, 1)]
    back = (*gone, ("2026-06-01", "transfer_in", {"original_start_date": start}))
    assert clocks_of(history(*back), census=CENSUS).column("responsibility_passed_date").to_pylist() == [None]


def test_a_pathway_with_many_days_keeps_the_numbering_by_start():
    """A transfer that brings an earlier start is numbered before the clock that was opened first."""
    earlier = date(2026, 1, 1)
    events = history(
        ("2026-02-01", "separate_condition_referral"),
        ("2026-02-02", "attend", {"referral_to_treatment_period_status": "30"}),
        ("2026-03-01", "re_referral"),
    )
    clocks = clocks_of(events, census=CENSUS)
    assert clocks.column("period_number").to_pylist() == [1, 2]
    assert min(clocks.column("start_date").to_pylist()) > earlier + timedelta(days=30)


def test_every_flag_has_its_bit():
    assert len(FLAGS) < 63
    assert clock().flags == tuple(FLAGS)
