"""Over the synthetic group's snapshot the same expressions give the same rows on every engine: facts, waits, series, the return."""

import pyarrow as pa
import pytest

from clockstop.intake import facts
from clockstop.intake.pathways import in_buckets
from clockstop.measures.catalogue import clock_measures
from clockstop.measures.evaluate import evaluate
from clockstop.measures.periods import on_day, weeks_to
from clockstop.rules import rtt, rtt_events, rtt_return

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.timeout(900)]
TRUST, TRUSTS = "ZZB", ("ZZA", "ZZB")
WEEKS = 5
PATHWAY, PROVIDER = "patient_pathway_identifier", "organisation_code_code_of_provider"
COLUMNS = (
    "trust", PATHWAY, "event_date", "event_sequence", "event_type", "referral_to_treatment_period_status", "original_start_date",
    "is_communicated", "has_safeguards", "is_responsibility_passed", "priority_type_code",
)  # fmt: skip
ORDER = ("event_date", "event_sequence")
FOLDED = (
    PATHWAY, "period_number", "start_date", "end_date", "end_status", "is_nullified", "start_rule", "end_rule",
    "ended_by_admission", "responsibility_passed_date", "first_attended_date", "decided_to_treat_date", "last_dna_date",
)  # fmt: skip
PERIOD = [PROVIDER, *FOLDED]
RETURN_TABLES = ("rtt_clocks", "rtt_events", "rtt_list_entries")


def of_trust(group, engine, *names):
    """A trust's tables without its code, as a refresh has them before it adds that."""
    return [group.table(engine, name, trusts=[TRUST]).drop("trust") for name in names]


def folded(group, engine):
    """The group's clock periods, folded by the engine from the events that the snapshot holds."""
    events = group.table(engine, "rtt_events").select(*COLUMNS)
    events = events.rename({PROVIDER: "trust"})
    batches = engine.folded(
        rtt.clock(), events, order=ORDER, census_day=rtt_events.day_number(group.as_of), not_on_census=("planned_due_missed",)
    )
    return pa.Table.from_batches(batches)


def test_clocks_of_the_synthetic_group(group, spark, embedded, same_rows):
    """Folded by either engine, the rows of the snapshot; and given their dimensions by either."""
    ours, theirs = folded(group, embedded), folded(group, spark)
    assert theirs.equals(ours)
    stored = group.table(embedded, "rtt_clocks").order_by("trust", PATHWAY, "period_number")
    assert ours.select(PERIOD).equals(
        embedded.rows(stored.rename({PROVIDER: "trust"}).select(*PERIOD)).cast(ours.select(PERIOD).schema)
    )

    def clocks(engine):
        people, entries, kept = of_trust(group, engine, "rtt_pathways", "rtt_list_entries", "rtt_clocks")
        return facts.clocks(in_buckets(kept.select(*FOLDED)), people, entries, group.as_of)

    assert same_rows(clocks).num_rows > 500


def test_waits_of_the_rule(group, same_rows):
    rows = same_rows(lambda engine: rtt.waits(group.table(engine, "rtt_clocks"), group.as_of))
    assert 0 < sum(rows["is_waiting"].to_pylist()) < rows.num_rows


def test_the_waiting_list(group, same_rows):
    def waits(engine):
        clocks, people, entries, events, bookings = of_trust(
            group, engine, "rtt_clocks", "rtt_pathways", "rtt_list_entries", "rtt_events", "rtt_bookings"
        )
        return facts.waits(clocks, pathways=people, entries=entries, events=events, bookings=bookings, as_of=group.as_of)

    assert same_rows(waits).num_rows > 50


def test_bookings(group, same_rows):
    def bookings(engine):
        visits, entries, events = of_trust(group, engine, "rtt_appointments", "rtt_list_entries", "rtt_events")
        return facts.bookings(visits, entries, events, group.as_of)

    assert same_rows(bookings).num_rows > 10


def test_census_series(group, embedded, same_rows):
    """One measure of each kind and way of counting, by week, on the day and by trust and service; the specs have the rest.

    All measures by every unit and cut cost Spark minutes of planning alone.
    """
    one_of_each = tuple({(each.kind, each.counted): each for each in clock_measures() if not each.is_current_only}.values())
    kinds = (weeks_to(group.as_of, WEEKS), on_day(group.as_of))

    def tables(engine):
        return evaluate(one_of_each, group.table(engine, "rtt_clocks"), periods=kinds, by=("trust", "service"))

    found = [same_rows(lambda engine, place=place: tables(engine)[place]) for place in range(len(tables(embedded)))]
    rows = pa.concat_tables(found)
    assert len(set(rows["measure"].to_pylist())) > 3
    assert set(rows["period_kind"].to_pylist()) == {"week", "now"}


def test_the_return(group, same_rows):
    """The pathways of every part of the last whole month, its figures, and what flowed."""
    month = rtt_return.month_of(group.as_of).before()

    def listed(engine):
        tables = [group.table(engine, name, trusts=TRUSTS) for name in (*RETURN_TABLES, "rtt_pathways")]
        return rtt_return.memberships(*tables, month=month)

    def flows(engine):
        return rtt_return.flows(*(group.table(engine, name, trusts=TRUSTS) for name in RETURN_TABLES), month=month)

    rows = same_rows(listed)
    assert set(rows["part"].to_pylist()) == set(rtt_return.PARTS)
    assert same_rows(lambda engine: rtt_return.figures(engine.memory(rows))).num_rows > 20
    assert same_rows(flows).num_rows > 5
