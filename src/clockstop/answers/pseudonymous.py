"""Patients' rows without who they are: a pseudonym for the hospital number, no birth date, no free text."""

from collections.abc import Mapping
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

# What says who somebody is. The pathway's own number stays: it is how a row is named, and nothing outside the trust knows it.
NUMBER, PSEUDONYM = "local_patient_identifier", "nhs_number_pseudonym"
BIRTH = "person_birth_date"
# What somebody typed, the reasons that a source gives in its own words, and what a rule found: each may name anybody.
FREE_TEXT = (
    "comment", "next_step", "delay_reason", "closed_reason", "cancelled_reason", "cancellation_reason", "red_reason",
    "reason_to_reside", "reason_for_move", "action", "waits_for", "waiting_for", "booked_for", "emergency_care_chief_complaint",
    "chief_complaint", "complaint", "cancer_care_spell_delay_reason_first_seen",
    "cancer_care_spell_delay_reason_referral_to_treatment", "cancer_care_spell_delay_reason_decision_to_treatment", "evidence",
)  # fmt: skip
# What stands in the place of such words: that there are some is known, what they say is not.
WITHHELD = "withheld"
SHOWN = 12


def rows(table: Table, *, is_known: BooleanValue) -> Table:
    """The rows; where they are not `is_known`, without identity. The columns stay, with their types."""
    hidden = {name: _unless(is_known, table[name]) for name in FREE_TEXT if name in table.columns}
    if BIRTH in table.columns:
        hidden[BIRTH] = is_known.ifelse(table[BIRTH], ibis.null(table[BIRTH].type()))
    if NUMBER in table.columns:
        hidden[NUMBER] = is_known.ifelse(table[NUMBER], _pseudonym(table))
    if PSEUDONYM in table.columns:
        hidden[PSEUDONYM] = is_known.ifelse(table[PSEUDONYM], table[PSEUDONYM].substr(0, SHOWN))
    return table.mutate(**hidden) if hidden else table


def row(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same of one row.

    >>> row({"local_patient_identifier": "H1", "nhs_number_pseudonym": "0123456789abcdef", "comment": "Ring Ann"})
    {'local_patient_identifier': '0123456789ab', 'nhs_number_pseudonym': '0123456789ab', 'comment': 'withheld'}
    """
    short = (found.get(PSEUDONYM) or "")[:SHOWN] or None
    hidden = {name: None if found[name] is None else WITHHELD for name in FREE_TEXT if name in found}
    hidden |= {BIRTH: None} if BIRTH in found else {}
    hidden |= {name: short for name in (NUMBER, PSEUDONYM) if name in found}
    return dict(found) | hidden


def _pseudonym(table: Table) -> StringValue:
    """The first characters of the keyed hash of the NHS number; nothing where there is none."""
    if PSEUDONYM not in table.columns:
        return ibis.null("string")
    return table[PSEUDONYM].substr(0, SHOWN)


def _unless(is_known: BooleanValue, words: StringValue) -> StringValue:
    """The words, or that there are some."""
    return is_known.ifelse(words, words.isnull().ifelse(ibis.null("string"), ibis.literal(WITHHELD)))
