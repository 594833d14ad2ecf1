"""Data-quality flags that set one patient's pathways beside each other: RTT-R51, flags 9, 10 and 17."""

import ibis
from ibis.expr.types import StringValue, Table

from clockstop.rules.rtt_flag_facts import PATHWAY, Facts, found, on, says, union


def exact_duplicate(facts: Facts) -> Table:
    """Flag 9: two pathways, one patient, one treatment function, one start; each names the other."""
    rows = _of_persons(facts.clocks, facts)
    rows = rows.filter(rows.start_date.notnull(), rows.activity_treatment_function_code.notnull())
    key = ("person", "activity_treatment_function_code", "start_date")
    alike = rows.group_by(*key).aggregate(first=rows[PATHWAY].min(), last=rows[PATHWAY].max())
    alike = alike.filter(alike["first"] != alike["last"])
    rows = rows.inner_join(alike, key)
    other = (rows[PATHWAY] == rows["first"]).ifelse(rows["last"], rows["first"])
    return found(rows, says("same patient, function and start as ", other))


def possible_duplicate(facts: Facts) -> Table:
    """Flag 10: one patient waits on two pathways under one reported function, and flag 9 does not say so already."""
    rows = _of_persons(facts.waits, facts)
    rows = rows.filter(rows.service.notnull())
    key = ("person", "service")
    beside = rows.select(*key, other=PATHWAY, other_start="start_date", other_code="activity_treatment_function_code")
    pairs = rows.inner_join(beside, key)
    is_exact = (pairs.start_date == pairs.other_start) & (pairs.activity_treatment_function_code == pairs.other_code)
    pairs = pairs.filter(pairs[PATHWAY] != pairs.other, ~is_exact.fill_null(False))
    pairs = pairs.group_by(PATHWAY, "period_number").aggregate(
        other=pairs.other.argmax(pairs.other_start), other_start=pairs.other_start.max()
    )
    return found(pairs, says("also waits on ", pairs.other, ", from ", on(pairs.other_start)))


def closed_but_open(facts: Facts) -> Table:
    """Flag 17: the referral is closed since the clock began; or a death is recorded on any pathway of the patient."""
    closed = facts.open_with(facts.pathways.select(PATHWAY, "discharge_date", "discharge_reason"))
    closed = closed.filter(closed.discharge_date.between(closed.start_date, facts.today))
    reason = closed.discharge_reason.fill_null("no reason").replace("_", " ")
    people = _of_persons(facts.pathways, facts, has_own=True)
    dead = people.filter(people.person_death_date <= facts.today)
    dead = dead.group_by("person").aggregate(died_date=dead.person_death_date.min())
    waiting = _of_persons(facts.waits, facts).inner_join(dead, "person")
    return union(
        found(closed, says("referral closed ", on(closed.discharge_date), ": ", reason)),
        found(waiting, says("died ", on(waiting.died_date))),
    )


def _of_persons(rows: Table, facts: Facts, *, has_own: bool = False) -> Table:
    """The rows with `person`: the NHS number's pseudonym, else the hospital number; those with neither are left out."""
    if has_own:
        return _known(rows.mutate(person=_person(rows)))
    people = facts.pathways.select(PATHWAY, person=_person(facts.pathways))
    return _known(rows.inner_join(people, PATHWAY))


def _person(rows: Table) -> StringValue:
    return rows.nhs_number_pseudonym.fill_null(ibis.literal("hospital ") + rows.local_patient_identifier)


def _known(rows: Table) -> Table:
    return rows.filter(rows.person.notnull())
