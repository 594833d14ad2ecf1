"""The RTT clock gives the periods that its slow, obvious twin gives, on thousands of random histories."""

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
import yaml

from clockstop.rules.case_inputs import a_date
from clockstop.rules.cases import differences
from clockstop.rules.rtt import clocks_of
from clockstop.rules.rtt_clock_cases import event_table
from oracles.rtt_clock_twin import Unsettled, periods_of
from property.random_histories import CENSUS, history

OWN_CASES = Path(__file__).parents[1] / "spec" / "cases"


def clocks_by_history(histories):
    """The clock's periods for many histories, run at once."""
    tables = []
    for number, events in enumerate(histories):
        rows = event_table(events)
        tables.append(rows.set_column(0, "patient_pathway_identifier", pa.array([f"H{number:06d}"] * rows.num_rows, pa.string())))
    found = {number: [] for number in range(len(histories))}
    for row in clocks_of(pa.concat_tables(tables), census=CENSUS).to_pylist():
        found[int(row["patient_pathway_identifier"][1:])].append(row)
    return [[described(row) for row in sorted(rows, key=lambda row: row["period_number"])] for rows in found.values()]


def described(row):
    return {
        "start": row["start_date"], "end": row["end_date"], "end_status": row["end_status"],
        "nullified": bool(row["is_nullified"]), "days": row["days_waited"], "start_rule": row["start_rule"],
    }  # fmt: skip


def settled(seed, count):
    """Random histories that the readings settle, with the twin's periods."""
    rng = Random(seed)
    found = []
    for _ in range(count):
        events = history(rng)
        try:
            found.append((events, periods_of(events, CENSUS)))
        except Unsettled:
            continue
    return found


def told(events):
    """A history as it is reported."""
    ordered = sorted(events, key=lambda event: (event["date"], event["sequence"]))
    return "\n".join("  " + " ".join(f"{name}={value}" for name, value in event.items() if value is not None) for event in ordered)


def disagreements(seed, count):
    pairs = settled(seed, count)
    got = clocks_by_history([events for events, _ in pairs])
    return [
        f"{told(events)}\n  twin:  {expected}\n  clock: {found}"
        for (events, expected), found in zip(pairs, got, strict=True)
        if differences({"periods": expected}, {"periods": found})
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_clock_agrees_with_its_twin(seed):
    found = disagreements(seed, 2_000)
    assert not found, f"{len(found)} disagree, the shortest:\n" + min(found, key=len)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 105))
def test_the_clock_agrees_with_its_twin_on_many_more(seed):
    found = disagreements(seed, 10_000)
    assert not found, f"{len(found)} disagree, the shortest:\n" + min(found, key=len)


def test_the_random_histories_reach_every_rule():
    """Enough are settled, and every way to start and to end a period occurs among them."""
    pairs = settled(3, 4_000)
    endings = Counter(period["end_status"] for _, periods in pairs for period in periods)
    assert len(pairs) > 1_500
    assert all(endings[status] > 10 for status in ("30", "31", "32", "33", "34", "35", "36", None))
    assert sum(len(periods) > 1 for _, periods in pairs) > 200


def cases_of(*files):
    """The worked cases about the clock."""
    return [case for file in files for case in yaml.safe_load(file.read_text())["cases"] if case.get("kind") == "rtt_clock"]


def twin_fails(case):
    """What the twin gives that the case does not expect."""
    events = [
        dict(event, date=a_date(event["date"]), sequence=place, status=str(event["status"]) if event.get("status") else None)
        for place, event in enumerate(case["inputs"]["events"], start=1)
    ]
    return differences(case["expected"], {"periods": periods_of(events, a_date(case["inputs"]["census"]))})


def test_the_twin_passes_our_own_cases():
    assert {case["id"]: found for case in cases_of(*sorted(OWN_CASES.glob("*.yaml"))) if (found := twin_fails(case))} == {}


@pytest.mark.shared
def test_the_twin_passes_the_shared_cases(shared):
    cases = cases_of(shared / "domain" / "planned-care-cases.yaml")
    assert {case["id"]: found for case in cases if (found := twin_fails(case))} == {}


def test_the_twin_leaves_out_what_no_reading_settles():
    """A stop before any clock has an unknown start (RTT-R47)."""
    with pytest.raises(Unsettled, match="before any clock"):
        periods_of([{"date": date(2026, 3, 2), "sequence": 1, "type": "admit_treat"}], CENSUS)


def all_histories(seed, count):
    """Random histories, those that no reading settles among them."""
    rng = Random(seed)
    return [history(rng) for _ in range(count)]


def faults(periods):
    """What no list of periods may show, settled or not."""
    for place, period in enumerate(periods):
        start, end, status = period["start"], period["end"], period["end_status"]
        if start > CENSUS or (end is not None and not start <= end <= CENSUS):
            yield "a period that does not lie before the census in its order"
        if (end is None) != (status is None) or period["nullified"] != (status == "33"):
            yield "an end, a status and a nullification that disagree"
        if period["days"] != (None if period["nullified"] else ((end or CENSUS) - start).days):
            yield "days that are not the end less the start"
        if place and start < periods[place - 1]["start"]:
            yield "numbers that do not follow the starts"


def test_every_history_gives_sound_periods():
    histories = all_histories(11, 4_000)
    found = [
        f"{fault}:\n{told(events)}\n  clock: {periods}"
        for events, periods in zip(histories, clocks_by_history(histories), strict=True)
        for fault in faults(periods)
    ]
    assert not found, f"{len(found)} unsound, the shortest:\n" + min(found, key=len)


def test_the_order_of_the_rows_does_not_matter():
    """Only the day and the recorded order say what came first, not the place in the file."""
    histories = all_histories(12, 1_000)
    turned = [list(reversed(events)) for events in histories]
    assert clocks_by_history(histories) == clocks_by_history(turned)
