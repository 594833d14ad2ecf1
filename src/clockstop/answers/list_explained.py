"""Each difference between a trust's own list and our clocks, explained: our rules, a likely reason, and notes.

Works on what `list_matching.outcomes` lent to the desk; every step is a query over the pathways that differ.
"""

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import DateValue, StringValue, Table

from clockstop.answers.desk import Desk
from clockstop.answers.list_matching import PATHWAY, Asked
from clockstop.answers.scope import Scope
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.rules import list_comparison as rule
from clockstop.rules import list_reasons as why
from clockstop.rules.rtt_bands import days_waited
from clockstop.rules.rule_sentences import RULES

DIFFERENT_START, DIFFERENT_STOP = (rule.OTHER_START, rule.OTHER_BOTH), (rule.OTHER_STOP, rule.OTHER_BOTH)
ORDER = [("source_row", "ascending"), ("trust", "ascending"), (PATHWAY, "ascending"), ("period_number", "ascending")]


def explained(scope: Scope, desk: Desk, asked: Asked) -> pa.Table:
    """The outcomes with `reason_code`, `reason`, both rules of ours in words, days apart and days waited; in the list's order."""
    desk.lend("list_days", desk.rows(_days(scope, desk, asked)))
    for name, reasons in (("list_start_reasons", why.START_REASONS), ("list_stop_reasons", why.STOP_REASONS)):
        desk.lend(name, _reason_table(reasons))
    desk.lend("list_starts", desk.rows(_start_reasons(desk)))
    desk.lend("list_stops", desk.rows(_stop_reasons(desk)))
    desk.lend("list_there", desk.rows(_there_reasons(scope, desk, asked)))
    desk.lend("list_here", desk.rows(_here_reasons(desk, asked)))
    return desk.rows(_told(desk, asked)).sort_by(ORDER)


def in_words(day: DateValue) -> StringValue:
    """The day as people say it: 3 September 2026."""
    return day.strftime("%-d %B %Y")


def _days(scope: Scope, desk: Desk, asked: Asked) -> Table:
    """What our data have on each day of the pathways that differ: `what`, `what_stop` (visits with their status), in words."""
    outcomes = desk.lent("list_outcomes")
    wanted = outcomes.filter(outcomes.result.isin([*DIFFERENT_START, *DIFFERENT_STOP])).select("trust", PATHWAY).distinct()

    def of(name: str) -> Table:
        return scope.patients(desk.table(name, trusts=asked.trusts)).semi_join(wanted, ["trust", PATHWAY])

    events, visits, entries, people = of("rtt_events"), of("rtt_appointments"), of("rtt_list_entries"), of("rtt_pathways")
    status = events.referral_to_treatment_period_status
    is_visit = (events.event_type == "attend") & status.notnull()
    parts = [
        _on(events.event_date, events, what=events.event_type,
            what_stop=is_visit.ifelse(ibis.literal("attend_") + status, events.event_type),
            says=_event_words(events.event_type) + is_visit.ifelse(ibis.literal(" (") + status + ")", "")),
        _on(visits.appointment_date, visits, what=why.APPOINTMENT, says="An appointment"),
        _on(entries.planned_due_date, entries, what=why.PLANNED_DATE, says="A planned due date"),
        _on(entries.offered_for_admission_date, entries, what=why.TCI_DATE, says="A date to come in"),
        _on(people.referral_request_received_date, people, what=why.REFERRAL_DATE, says="The latest referral"),
        _other_clocks(desk.lent("list_ours").semi_join(wanted, ["trust", PATHWAY])),
    ]  # fmt: skip
    return ibis.union(*parts)


def _on(day: DateValue, rows: Table, *, what: object, says: object, what_stop: object = None) -> Table:
    what, says = (ibis.literal(one) if isinstance(one, str) else one for one in (what, says))
    return rows.filter(day.notnull()).select(
        "trust", PATHWAY, day=day, what=what, what_stop=what if what_stop is None else what_stop, says=says,
        period=ibis.null("int64"),
    )  # fmt: skip


def _other_clocks(ours: Table) -> Table:
    """Our clocks by their start, so that a list that counts on from an earlier one is known by it."""
    stopped = in_words(ours.our_end) + " by " + ours.our_end_rule
    what = ibis.cases((ours.is_nullified, why.NULLIFIED_CLOCK), (ours.our_end.notnull(), why.STOPPED_CLOCK), else_=why.OTHER_CLOCK)
    says = (
        ibis.literal("Clock ") + ours.period_number.cast("string") + " started then and "
        + ibis.cases((ours.is_nullified, ibis.literal("was taken out of the count on ") + stopped),
                     (ours.our_end.notnull(), ibis.literal("stopped on ") + stopped), else_="still runs")
    )  # fmt: skip
    return ours.select(
        "trust", PATHWAY, day=ours.our_start, what=what, what_stop=ibis.literal("clock"), says=says, period=ours.period
    )


def _event_words(event_type: StringValue) -> StringValue:
    return event_type.cases(*EVENT_TYPES.items(), else_=event_type)


def _reason_table(reasons: dict[str, why.Reason]) -> pa.Table:
    rows = [{"what": what, "code": one.code, "reason": one.says, "place": one.place} for what, one in reasons.items()]
    return pa.Table.from_pylist(rows)


def _start_reasons(desk: Desk) -> Table:
    """The likely reason for each other start, by row of the list."""
    rows = desk.lent("list_outcomes")
    rows = rows.filter(rows.result.isin(DIFFERENT_START))
    days = desk.lent("list_days")
    met = rows.inner_join(days, [rows.trust == days.trust, rows[PATHWAY] == days[PATHWAY], rows.their_start == days.day])
    met = met.filter((met.period_right != met.period).fill_null(True))
    best = _best(met.inner_join(desk.lent("list_start_reasons"), "what"))
    rows = rows.left_join(best, "source_row")
    slip = _slip(rows.their_start, rows.our_start)
    apart = days_waited(rows.our_start, rows.their_start)
    code, says = _first_of(
        (slip == why.SWAPPED.code, why.SWAPPED), (rows.code.notnull(), None), (slip == why.OTHER_YEAR.code, why.OTHER_YEAR),
        (apart.between(1, why.DAYS_NEAR), why.SOON_AFTER), (apart.between(-why.DAYS_NEAR, -1), why.SOON_BEFORE),
        otherwise=why.NOTHING_STARTS, rows=rows,
    )  # fmt: skip
    return rows.select("source_row", start_code=code, start_reason=says)


def _stop_reasons(desk: Desk) -> Table:
    """The likely reason for each other stop, by row of the list."""
    rows = desk.lent("list_outcomes")
    rows = rows.filter(rows.result.isin(DIFFERENT_STOP))
    days = desk.lent("list_days")
    on_theirs = [rows.trust == days.trust, rows[PATHWAY] == days[PATHWAY], rows.their_end == days.day]
    met = rows.inner_join(days, on_theirs).drop("what").rename(what="what_stop")
    best = _best(met.inner_join(desk.lent("list_stop_reasons"), "what"))
    rows = rows.left_join(best, "source_row")
    rows = rows.left_join(_our_stops(desk), "source_row", rname="{name}_ours")
    missing = (
        ibis.literal("Ours stopped on ") + in_words(rows.our_end) + rows.stopped_by.notnull().ifelse(
            ibis.literal(": ") + rows.stopped_by, "") + ". " + why.NO_STOP_THERE.says
    )  # fmt: skip
    slip = _slip(rows.their_end, rows.our_end)
    code, says = _first_of(
        (slip == why.SWAPPED.code, why.SWAPPED), (rows.code.notnull(), None), (slip == why.OTHER_YEAR.code, why.OTHER_YEAR),
        otherwise=why.NOTHING_STOPS, rows=rows,
    )  # fmt: skip
    has_none = rows.their_end.isnull()
    return rows.select(
        "source_row", stop_code=has_none.ifelse(why.NO_STOP_THERE.code, code), stop_reason=has_none.ifelse(missing, says)
    )


def _our_stops(desk: Desk) -> Table:
    """What happened on the day of our stop, by row of the list."""
    rows, days = desk.lent("list_outcomes"), desk.lent("list_days")
    rows = rows.filter(rows.result.isin(DIFFERENT_STOP))
    met = rows.inner_join(days, [rows.trust == days.trust, rows[PATHWAY] == days[PATHWAY], rows.our_end == days.day])
    met = met.drop("what").rename(what="what_stop")
    reasons = desk.lent("list_stop_reasons")
    ends = met.inner_join(reasons.filter(reasons.code == "stopped_later"), "what")
    return ends.group_by("source_row").aggregate(stopped_by=ends.says.min())


def _best(met: Table) -> Table:
    """Of all that our data have on the day, the likeliest reason, and what it was."""
    first = ibis.window(group_by="source_row", order_by=["place", "what", "says"])
    best = met.mutate(nth=ibis.row_number().over(first)).filter(_.nth == 0)
    return best.select("source_row", "code", reason=best.reason + " That day: " + best.says + ".")


def _slip(theirs: DateValue, ours: DateValue) -> StringValue:
    """Whether day and month are swapped, or the year alone is another."""
    swapped = (theirs.month() == ours.day()) & (theirs.day() == ours.month()) & (theirs.year() == ours.year())
    year = (theirs.month() == ours.month()) & (theirs.day() == ours.day())
    return ibis.cases((swapped, why.SWAPPED.code), (year, why.OTHER_YEAR.code))


def _first_of(*cases: tuple[object, why.Reason | None], otherwise: why.Reason, rows: Table) -> tuple[StringValue, StringValue]:
    """Code and words of the first case that holds; None stands for what our data have on the day."""
    codes = [(holds, rows.code if reason is None else reason.code) for holds, reason in cases]
    says = [(holds, rows.reason if reason is None else reason.says) for holds, reason in cases]
    return ibis.cases(*codes, else_=otherwise.code), ibis.cases(*says, else_=otherwise.says)


def _there_reasons(scope: Scope, desk: Desk, asked: Asked) -> Table:
    """Why only the list has a row; beside it, in the outcome, stands our last period of the pathway on that day."""
    rows = desk.lent("list_outcomes")
    rows = rows.filter(rows.result == rule.ONLY_THERE)
    rows = rows.left_join(_other_rows(desk), ["section", "trust", PATHWAY], rname="{name}_other")
    rows = rows.left_join(_later(scope, desk, asked), ["trust", PATHWAY], rname="{name}_later")
    rows = rows.left_join(desk.lent("list_elsewhere"), "source_row", rname="{name}_elsewhere")
    day = in_words(rows.our_end)
    clock = ibis.literal("clock ") + rows.period_number.cast("string")
    cases = [
        (rows.their_start > ibis.literal(asked.as_of), "start_ahead", ""),
        (rows.period.isnull() & rows.set_aside_words.notnull(), "rows_set_aside", rows.set_aside_words),
        (rows[PATHWAY].isnull() & rows.other_trust.notnull(), "another_trust", ibis.literal("It is known at ") + rows.other_trust),
        (rows[PATHWAY].isnull(), "pathway_unknown", ""),
        (rows.other_row.notnull(), "other_row_matched", ibis.literal("See row ") + rows.other_row.cast("string")),
        (rows.has_passed.fill_null(False), "passed_on", clock.capitalize()),
        (rows.is_nullified.fill_null(False), "nullified",
         clock.capitalize() + " from " + in_words(rows.our_start) + " was taken out of the count on " + day + " by "
         + rows.our_end_rule),
        (rows.our_end.notnull(), "stopped_before",
         clock.capitalize() + " stopped on " + day + " by " + rows.our_end_rule
         + rows.our_status.notnull().ifelse(ibis.literal(" (") + rows.our_status + ")", "")),
        (rows.starts_on.notnull(), "starts_later", ibis.literal("It starts on ") + in_words(rows.starts_on)),
        (rows.has_unknown_start.fill_null(False), "start_unknown", ""),
    ]  # fmt: skip
    code = ibis.cases(*((holds, name) for holds, name, _words in cases), else_="no_clock")
    words = ibis.cases(
        *((holds, _sentence(why.ONLY_THERE_REASONS[name], words)) for holds, name, words in cases),
        else_=why.ONLY_THERE_REASONS["no_clock"],
    )
    return rows.select("source_row", there_code=code, there_reason=words)


def _sentence(says: str, detail: object) -> StringValue:
    return ibis.literal(says) if isinstance(detail, str) else ibis.literal(f"{says} ") + detail + "."


def _other_rows(desk: Desk) -> Table:
    """The first row of the list that was matched, by section and pathway."""
    rows = desk.lent("list_outcomes")
    both = rows.filter(rows.result.isin([rule.SAME, *DIFFERENT_START, *DIFFERENT_STOP]))
    return both.group_by("section", "trust", PATHWAY).aggregate(other_row=both.source_row.min())


def _later(scope: Scope, desk: Desk, asked: Asked) -> Table:
    """What our clocks say of a pathway beyond the day: the next start, and whether a clock has none."""
    clocks = scope.patients(desk.table("rtt_clocks", trusts=asked.trusts))
    is_later = clocks.start_date > ibis.literal(asked.as_of)
    return clocks.group_by("trust", PATHWAY).aggregate(
        starts_on=clocks.start_date.min(where=is_later), has_unknown_start=clocks.start_date.isnull().any()
    )


def _here_reasons(desk: Desk, asked: Asked) -> Table:
    """Why only we may have a period."""
    rows = desk.lent("list_outcomes")
    rows = rows.filter(rows.result == rule.ONLY_HERE)
    aside = desk.lent("list_unread").group_by("plain").aggregate(unread_row=_.source_row.min())
    from clockstop.answers.list_matching import plain_identifier

    rows = rows.mutate(plain=plain_identifier(rows[PATHWAY])).left_join(aside, "plain").drop("plain_right")
    rows = rows.left_join(_other_rows(desk), ["section", "trust", PATHWAY], rname="{name}_other")
    lately = rows.our_start > ibis.literal(asked.as_of) - ibis.interval(days=why.LATELY_DAYS)
    cases = [
        (rows.unread_row.notnull(), "row_set_aside", ibis.literal("See row ") + rows.unread_row.cast("string")),
        (rows.other_row.notnull(), "row_matched_other", ibis.literal("See row ") + rows.other_row.cast("string")),
        (lately, "started_lately", ""),
        (rows.period_number > 1, "later_clock", ibis.literal("It is clock ") + rows.period_number.cast("string")),
    ]
    code = ibis.cases(*((holds, name) for holds, name, _words in cases), else_="not_on_list")
    words = ibis.cases(
        *((holds, _sentence(why.ONLY_HERE_REASONS[name], words)) for holds, name, words in cases),
        else_=why.ONLY_HERE_REASONS["not_on_list"],
    )
    return rows.select("section", "period", here_code=code, here_reason=words)


def _told(desk: Desk, asked: Asked) -> Table:
    rows = desk.lent("list_outcomes")
    for name in ("list_starts", "list_stops", "list_there"):
        rows = rows.left_join(desk.lent(name), "source_row").drop("source_row_right")
    rows = rows.left_join(desk.lent("list_here"), ["section", "period"]).drop("section_right", "period_right")
    rules = pa.table({"rule": list(RULES), "sentence": [one.sentence for one in RULES.values()]})
    desk.lend("list_rules", rules)
    for side in ("start_rule", "our_end_rule"):
        said = desk.lent("list_rules").rename({f"{side}_words": "sentence"})
        rows = rows.left_join(said, rows[side] == said.rule).drop("rule")
    repeat = ibis.literal("Row ") + rows.first_row.cast("string") + " says the same."
    is_repeat = rows.result == rule.DUPLICATE
    day = ibis.literal(asked.as_of)
    last, their_last = rows.our_end.fill_null(day), rows.their_end.fill_null(day)
    return rows.mutate(
        reason_code=_joined(rows.start_code, rows.stop_code).fill_null(
            ibis.coalesce(rows.there_code, rows.here_code, is_repeat.ifelse("repeated", ""))),
        reason=_joined(rows.start_reason, rows.stop_reason).fill_null(
            ibis.coalesce(rows.there_reason, rows.here_reason, is_repeat.ifelse(repeat, ""))),
        start_days_apart=days_waited(rows.our_start, rows.their_start),
        end_days_apart=days_waited(rows.our_end, rows.their_end),
        our_days_waited=rows.is_nullified.fill_null(False).ifelse(ibis.null("int64"), days_waited(rows.our_start, last)),
        their_days_waited=days_waited(rows.their_start, their_last),
        our_start_because=rows.start_rule + " on " + in_words(rows.our_start) + ": " + rows.start_rule_words,
        our_end_because=rows.our_end_rule + " on " + in_words(rows.our_end) + ": " + rows.our_end_rule_words,
    )  # fmt: skip


def _joined(first: StringValue, second: StringValue) -> StringValue:
    """Both with a space between, or the one that is there; null where neither is."""
    return ibis.coalesce(first + " " + second, first, second)
