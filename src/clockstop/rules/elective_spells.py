"""Elective admissions and which of them were day cases, as intended and as done (TH-R12)."""

from datetime import date

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.rules.fact import Fact
from clockstop.rules.readings import Readings

SPELL, PATHWAY = "hospital_provider_spell_identifier", "patient_pathway_identifier"
ELECTIVE_METHODS = ("11", "12", "13")
DAY_CASE_INTENTS = ("2", "4")
INTENDED_IN_SPELL = "intended_in_theatre"
# OPCS-4 categories of procedures that the British Association of Day Surgery holds to be day surgery as a rule; indicative, and not
# its whole directory, which is not free to copy. A change is a new row with the day from which it holds.
DAY_SURGERY_FROM = date(2021, 4, 1)
DAY_SURGERY = (
    "A65", "B28", "C71", "C75", "E03", "F09", "F10", "F34", "H51", "J18", "L84", "L85", "L86", "L87", "L88", "M42", "N30", "Q18",
    "T20", "T52", "W15", "W79", "W82", "W83", "W84", "W85", "W87",
)  # fmt: skip


def elective_spells(
    spells: Table, waiting_list_entries: Table, theatre_cases: Table, *, as_of: object, readings: Readings
) -> Table:
    """Each completed elective admission, with what was intended, its main procedure in theatre, and whether it was a day case.

    A day case went home on the day of admission and was meant to (intended management 2 or 4): an admission cut short is none. What
    was intended the theatre case says, else the list entry whose date to come in, or whose removal, was the day of admission.
    """
    elective = spells.filter(spells.admission_method_code.isin(ELECTIVE_METHODS))
    done = elective.filter((elective.discharge_date_hospital_provider_spell <= as_of).fill_null(False))
    found = _with_entry(_with_theatre(done, theatre_cases), waiting_list_entries)
    start, end = found.start_date_hospital_provider_spell, found.discharge_date_hospital_provider_spell
    intent = found[INTENDED_IN_SPELL].fill_null(found.intended_on_list)
    nights = end.delta(start, unit="day")
    meant = intent.isin(DAY_CASE_INTENTS).fill_null(False)
    return found.mutate(
        intended_management_code=intent,
        nights=nights,
        is_intended_day_case=meant,
        is_day_case=meant & (nights == 0),
        is_converted=meant & (nights > 0),
        has_intent=intent.notnull(),
        is_day_surgery=_is_day_surgery(found),
    ).drop(INTENDED_IN_SPELL, "intended_on_list")


def _with_theatre(spells: Table, cases: Table) -> Table:
    """The first case performed during the spell: its procedure and intended management."""
    done = cases.filter(~cases.is_cancelled.fill_null(False) & cases.out_of_theatre_at.notnull())
    done = done.select(PATHWAY, "operation_date", "list_order", "procedure_code", **{INTENDED_IN_SPELL: "intended_management_code"})
    pairs = spells.select(SPELL, PATHWAY, first="start_date_hospital_provider_spell", last="discharge_date_hospital_provider_spell")
    during = pairs.inner_join(done, PATHWAY)
    during = during.filter(during.operation_date.between(during.first, during.last))
    order = ibis.window(group_by=SPELL, order_by=["operation_date", "list_order", "procedure_code"])
    first = during.mutate(place=ibis.row_number().over(order))
    first = first.filter(first.place == 0).select(SPELL, "procedure_code", INTENDED_IN_SPELL)
    return spells.left_join(first, SPELL).drop(f"{SPELL}_right")


def _with_entry(spells: Table, entries: Table) -> Table:
    pairs = spells.select(SPELL, PATHWAY, admitted="start_date_hospital_provider_spell").inner_join(entries, PATHWAY)
    is_its = (pairs.offered_for_admission_date == pairs.admitted) | (pairs.removal_date == pairs.admitted)
    its = pairs.filter(is_its.fill_null(False))
    latest = its.group_by(SPELL).aggregate(intended_on_list=its.intended_management_code.argmax(its.decided_to_admit_date))
    return spells.left_join(latest, SPELL).drop(f"{SPELL}_right")


def _is_day_surgery(found: Table) -> BooleanValue:
    category = found.procedure_code.upper().replace(".", "").substr(0, 3)
    return (category.isin(DAY_SURGERY) & (found.start_date_hospital_provider_spell >= DAY_SURGERY_FROM)).fill_null(False)


FACTS = (
    Fact(
        name="elective_spells",
        title="Elective admissions",
        row="an elective admission that has ended",
        needs=("spells", "waiting_list_entries", "theatre_cases"),
        build=elective_spells,
        order=("start_date_hospital_provider_spell", SPELL),
    ),
)
