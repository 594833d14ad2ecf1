"""The clocks of a synthetic trust's extracts, as derived and folded: what the journey tests hold against its truth."""

from datetime import date

import pyarrow as pa

from clockstop.rules import rtt, rtt_events
from clockstop.rules.derived_rtt_events import derived_rtt_events
from clockstop.rules.readings import Readings
from clockstop.store.engine import open_engine
from clockstop.synthetic.deliveries import DATASETS
from clockstop.synthetic.group import Wanted, history_of
from clockstop.synthetic.organisations import TRUSTS
from clockstop.synthetic.population import drawn
from clockstop.synthetic.records import shown
from clockstop.synthetic.truth import event_rows
from clockstop.synthetic.working_calendar import day_number

PATHWAY = "patient_pathway_identifier"
FOLDED = (
    PATHWAY, "event_date", "event_sequence", "event_type", "referral_to_treatment_period_status", "original_start_date",
    "is_communicated", "has_safeguards", "is_responsibility_passed", "priority_type_code",
)  # fmt: skip
THURSDAY, SUNDAY = date(2026, 11, 12), date(2026, 11, 15)
COMPARED = (PATHWAY, "period_number", "start_date", "end_date", "end_status", "is_nullified", "responsibility_passed_date")


def histories_at(scale):
    """By trust's code, its records and truth at a scale."""
    wanted = Wanted(scale=scale)
    days = wanted.days
    everything = drawn(wanted, days)
    return {trust.code: history_of(place, wanted, everything, days) for place, trust in enumerate(TRUSTS)}


def events(found, truth, as_of):
    """The canonical events that the extracts of a day tell of, with those that the trust sends itself."""
    engine = open_engine()
    extracts = {dataset: engine.memory(shown(found, dataset, day_number(as_of))) for dataset in DATASETS}
    derived = engine.rows(derived_rtt_events(**extracts, as_of=as_of))
    sent = event_rows(found.trust, truth, found.own, day_number(as_of))
    sent = sent.select([name for name in derived.column_names if name in sent.column_names])
    engine.close()
    return pa.concat_tables([derived, sent] if found.trust.sends_rtt_events else [derived], promote_options="default")


def clocks(found, truth, as_of):
    """The clock periods at the end of a day."""
    order = [(name, "ascending") for name in (PATHWAY, "event_date", "event_sequence")]
    sorted_events = events(found, truth, as_of).sort_by(order).select(FOLDED).combine_chunks()
    folded = rtt.clock(Readings()).over(sorted_events.to_batches(), census_day=rtt_events.day_number(as_of))
    return pa.Table.from_batches(list(folded))


def compared(periods):
    """The periods as a set of rows that can be compared; statuses as text."""
    columns = [[_plain(value) for value in periods.column(name).to_pylist()] for name in COMPARED]
    return set(zip(*columns, strict=True))


def _plain(value):
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else value


def open_pathways(periods):
    """The pathways that wait at this trust."""
    ended, passed = periods.column("end_date").to_pylist(), periods.column("responsibility_passed_date").to_pylist()
    waiting = zip(periods.column(PATHWAY).to_pylist(), ended, passed, strict=True)
    return {pathway for pathway, end, gone in waiting if end is None and gone is None}


def days_waited(periods, as_of):
    """The days waited of the periods that are open at this trust at the end of `as_of`."""
    columns = [periods.column(name).to_pylist() for name in ("start_date", "end_date", "responsibility_passed_date")]
    return [(as_of - start).days for start, end, gone in zip(*columns, strict=True) if end is None and gone is None]
