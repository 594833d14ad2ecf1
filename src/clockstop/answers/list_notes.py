"""What else differs between a row of the list and our clock, though it is no other start or stop: told as notes."""

from datetime import date

import ibis
from ibis.expr.types import StringValue, Table

from clockstop.rules import list_comparison as rule
from clockstop.rules.treatment_functions import reported_function

STOPPED = ("30", "31", "32", "33", "34", "35", "36")
ADMITTED, NON_ADMITTED = "IRTT", "ORTT"


def notes(rows: Table, *, has_decisions: bool, is_of_snapshot: bool, as_of: date) -> StringValue:
    """The notes of each explained row, joined by semicolons; empty where there are none."""
    both = rows.result.isin([rule.SAME, rule.OTHER_START, rule.OTHER_STOP, rule.OTHER_BOTH])
    found = [
        _when(both, _function(rows)),
        rule.weeks_note(days=rows.their_days_waited, weeks=rows.their_weeks, band_words=rows.their_band),
        _days(rows),
        _when(both, _status(rows)),
        _when(rows.their_end < rows.their_start, ibis.literal("the list's stop is before its start")),
        _when(rows.found_by == "hospital number", ibis.literal("found by hospital number and treatment function")),
        _when(rows.found_by == "plain", ibis.literal("the identifier is written differently: leading zeros, spaces or signs")),
    ]
    if has_decisions:
        found.append(_when(both & rows.our_end.isnull(), _decision(rows, as_of)))
    if is_of_snapshot:
        found.append(_when(both & rows.our_end.isnull(), _list_type(rows)))
    joined = ibis.literal("")
    for one in found:
        joined = joined + one.fill_null("") + one.notnull().ifelse("; ", "")
    return joined.re_replace(r"; $", "")


def _when(holds: object, says: StringValue) -> StringValue:
    return holds.fill_null(False).ifelse(says, ibis.null("string"))  # type: ignore[attr-defined]


def _function(rows: Table) -> StringValue:
    theirs, ours = rows.their_function, rows.activity_treatment_function_code
    reported = reported_function(theirs)
    also = (reported == rows.service).ifelse(", reported alike", ibis.literal(", reported under ") + rows.service)
    return _when(theirs != ours, ibis.literal("treatment function: the list ") + theirs + ", Clockstop " + ours + also)


def _days(rows: Table) -> StringValue:
    stated = rows.their_days.re_extract(r"^([0-9]{1,6})(\.0*)?$", 1).nullif("").try_cast("int64")
    says = ibis.literal("the list says ") + stated.cast("string") + " days; its dates make " + rows.their_days_waited.cast("string")
    return _when(stated != rows.their_days_waited, says)


def _status(rows: Table) -> StringValue:
    theirs, ours = rows.their_status, rows.our_status
    other = ibis.literal("status: the list ") + theirs + ", Clockstop " + ours
    return ibis.cases(
        (
            (rows.their_end.isnull() & theirs.isin(STOPPED)).fill_null(False),
            ibis.literal("status ") + theirs + " without a stop date",
        ),
        (((rows.their_end == rows.our_end) & (theirs != ours)).fill_null(False), other),
    )


def _decision(rows: Table, as_of: date) -> StringValue:
    ours = (
        (rows.decided_to_admit_date <= ibis.literal(as_of)).fill_null(False).ifelse(rows.decided_to_admit_date, ibis.null("date"))
    )
    differs = ~rows.their_decided.identical_to(ours)
    theirs_said, ours_said = (one.cast("string").fill_null("none") for one in (rows.their_decided, ours))
    return _when(differs, ibis.literal("decision to admit: the list ") + theirs_said + ", Clockstop " + ours_said)


def _list_type(rows: Table) -> StringValue:
    admitted = rows.is_admitted_pathway.fill_null(False)
    return ibis.cases(
        (
            ((rows.their_list == ADMITTED) & ~admitted).fill_null(False),
            "the list has it as admitted (IRTT), Clockstop has no decision to admit",
        ),
        (
            ((rows.their_list == NON_ADMITTED) & admitted).fill_null(False),
            "the list has it as non-admitted (ORTT), Clockstop as admitted",
        ),
    )
