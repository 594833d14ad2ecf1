"""Every data-quality flag of a trust in one table: RTT-R51, flags 1 to 24. Flag 25 compares totals and has no rows."""

from collections.abc import Callable, Sequence
from functools import reduce

import ibis
from ibis.expr.types import BooleanScalar, Table

from clockstop.rules import rtt_flags_of_lists as lists
from clockstop.rules import rtt_flags_of_persons as persons
from clockstop.rules import rtt_flags_of_records as records
from clockstop.rules import rtt_flags_of_snapshots as snapshots
from clockstop.rules.rtt_flag_facts import PATHWAY, Facts, union
from clockstop.rules.rtt_flags import BY_SLUG, FLAGS

TESTS: dict[str, Callable[[Facts], Table]] = {
    test.__name__: test
    for test in (
        records.nhs_number, records.missing_start, records.future_start, records.start_order, records.end_order,
        records.status_missing, records.status_contradicts, records.identifier, persons.exact_duplicate,
        persons.possible_duplicate, records.treatment_function, lists.no_next_step, lists.past_without_outcome,
        lists.treatment_given, lists.decision_mismatch, lists.planned, persons.closed_but_open, lists.not_on_list,
        lists.validation, lists.priority, snapshots.start_drift, snapshots.pop_on, records.default_date, lists.monitoring_review,
    )
}  # fmt: skip
assert list(TESTS) == [flag.slug for flag in FLAGS[:24]]
# Dimensions by which the flagged rows are counted and listed.
PLACES = ("division", "service", "site")
OF_PATHWAY = (*PLACES, "consultant", "local_patient_identifier")


def flag_rows(facts: Facts, slugs: Sequence[str] = tuple(TESTS)) -> Table:
    """One row a pathway, period and flag: `flag` (the slug), `evidence`, `is_current`, the place, and the wait where one runs.

    `is_current`: it bears on a list of today; else on a pathway that is closed. `period_number` is 0 where none is meant.
    """
    answers = [TESTS[slug](facts).mutate(flag=ibis.literal(slug)) for slug in slugs]
    rows = _placed_in_time(reduce(lambda left, right: left.union(right), answers), facts)
    rows = rows.group_by(PATHWAY, "period_number", "flag").aggregate(
        is_current=rows.is_current.any(), first=rows.evidence.min(), last=rows.evidence.max()
    )
    rows = rows.mutate(evidence=(rows["first"] == rows["last"]).ifelse(rows["first"], rows["first"] + "; " + rows["last"]))
    rows = rows.drop("first", "last").left_join(facts.pathways.select(PATHWAY, *OF_PATHWAY), PATHWAY).drop(f"{PATHWAY}_right")
    waits = facts.waits.select(PATHWAY, "period_number", "start_date", "days_waited")
    waits = waits.mutate(period_number=waits.period_number.cast("int64"))
    return rows.left_join(waits, [PATHWAY, "period_number"]).drop(f"{PATHWAY}_right", "period_number_right")


def _placed_in_time(rows: Table, facts: Facts) -> Table:
    """Whether each answer bears on today, and on which period: what a test left open is the running one's."""
    waits = facts.waits
    running = waits.group_by(PATHWAY).aggregate(running=waits.period_number.min().cast("int64"))
    rows = rows.left_join(running, PATHWAY).drop(f"{PATHWAY}_right")
    is_running = rows.running.notnull() & (rows.period_number.isnull() | (rows.period_number >= rows.running))
    return rows.select(
        PATHWAY,
        "flag",
        "evidence",
        is_current=rows.is_current.fill_null(is_running),
        period_number=ibis.coalesce(rows.period_number, rows.running, 0),
    )


def judged(facts: Facts) -> Table:
    """One row a flag of `TESTS`: `flag`, and `is_judged`, whether the trust sends what the flag needs."""
    sent = _sent(facts)
    return union(
        *(
            _one_row(facts).select(flag=ibis.literal(slug), is_judged=sent.get(slug, ibis.literal(True)).fill_null(False))
            for slug in TESTS
        )
    )


def _one_row(facts: Facts) -> Table:
    return facts.waits.aggregate(number=facts.waits.count())


def _sent(facts: Facts) -> dict[str, BooleanScalar]:
    """By flag, whether what it needs (`Flag.needs`) was ever sent."""
    has_status = _any(facts.events, "referral_to_treatment_period_status")
    has_person = _any(facts.pathways, "nhs_number_pseudonym", "local_patient_identifier")
    has_entries, has_visits = _any(facts.entries, PATHWAY), _any(facts.appointments, PATHWAY)
    has_lists = _any(facts.earlier, PATHWAY)
    sent = {
        "nhs_number": _any(facts.pathways, "nhs_number_pseudonym"),
        **dict.fromkeys(("status_missing", "status_contradicts"), has_status),
        **dict.fromkeys(("exact_duplicate", "possible_duplicate"), has_person),
        "past_without_outcome": has_entries | has_visits,
        **dict.fromkeys(("treatment_given", "decision_mismatch", "planned"), has_entries),
        "closed_but_open": _any(facts.pathways, "discharge_date", "person_death_date"),
        "not_on_list": facts.events.event_type.isin(lists.SLOTS).any().as_scalar(),
        "validation": _any(facts.waits, "last_pas_validation_date") | _any(facts.pathways, "last_pas_validation_date"),
        "priority": _any(facts.pathways, "priority") | _any(facts.entries, "procedure_priority_code"),
        **dict.fromkeys(("start_drift", "pop_on"), has_lists),
    }
    assert set(sent) == {slug for slug in TESTS if BY_SLUG[slug].needs} - {"default_date"}, "what a flag needs is looked for"
    return sent


def _any(rows: Table, *names: str) -> BooleanScalar:
    return reduce(lambda left, right: left | right, (rows[name].notnull() for name in names)).any().fill_null(False).as_scalar()
