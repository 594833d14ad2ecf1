"""A trust's own list beside the clocks of a snapshot: which row is which period, what only one side has."""

from dataclasses import dataclass
from datetime import date

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import StringValue, Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.intake.list_headers import END, FUNCTION, START, STATUS
from clockstop.rules import list_comparison as rule
from clockstop.rules.treatment_functions import reported_function

PATHWAY, LOCAL = "patient_pathway_identifier", "local_patient_identifier"
OURS = (
    "period_number", "our_start", "our_end", "our_status", "start_rule", "our_end_rule", "is_nullified", "has_passed", "is_open",
    "activity_treatment_function_code", "service", "decided_to_admit_date", "is_admitted_pathway",
)  # fmt: skip
THEIRS = (
    "their_start", "their_end", "their_status", "their_function", "their_decided", "their_list", "their_days", "their_weeks",
    "their_band", "their_local", "their_pathway", "first_row", "found_by",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is compared: of these trusts, at the end of the day, and from which day a section's starts and stops are asked of us."""

    trusts: tuple[str, ...]
    as_of: date
    sections: dict[str, date | None]


def outcomes(scope: Scope, desk: Desk, asked: Asked) -> pa.Table:
    """One row for each row of the list lent as `list_rows`, and for each period of ours that no row is of.

    Its columns: `source_row` (null where only we have it), `section`, `result`, the trust and pathway, and both sides' period.
    Lends `list_theirs`, `list_ours` and `list_outcomes`.
    """
    desk.lend("list_ours", _ours(scope, desk, asked))
    theirs = rule.their_periods(_named_columns(desk.lent("list_rows")), asked.as_of)
    desk.lend("list_theirs", desk.rows(theirs))
    desk.lend("list_found", desk.rows(_found(scope, desk, asked)))
    pairs = rule.candidates(_with_pathway(desk), desk.lent("list_ours"))
    desk.lend("list_matched", rule.matched(desk.rows(pairs)))
    parts = [_both(desk), _repeats(desk), _only_there(desk), *(_only_here(desk, asked, one) for one in asked.sections)]
    rows = desk.rows(ibis.union(*parts))
    rows = rows.sort_by([("source_row", "ascending"), ("trust", "ascending"), (PATHWAY, "ascending"), ("period", "ascending")])
    desk.lend("list_outcomes", rows)
    return rows


def plain_identifier(identifier: StringValue) -> StringValue:
    """A pathway identifier without case, signs and leading zeros, which spreadsheets change and e-RS numbers are padded with."""
    return identifier.upper().re_replace(r"[^A-Z0-9]", "").re_replace(r"^0+", "")


def _named_columns(rows: Table) -> Table:
    """The list's columns under the names of the comparison; `name` is by what the row calls its pathway."""
    name = rows[PATHWAY].fill_null("") + "|" + rows[PATHWAY].isnull().ifelse(_by_hospital_number(rows), "")
    return rows.select(
        "source_row", "trust", "section", name=name, their_pathway=rows[PATHWAY], their_local=rows[LOCAL], their_start=rows[START],
        their_end=rows[END], their_status=rows[STATUS].re_extract(r"^([0-9]{2})(\.0)?\b", 1).nullif(""),
        their_function=rows[FUNCTION].re_extract(r"([0-9]{3})", 1).nullif(""), their_decided=rows.decided_to_admit_date,
        their_list=rows.waiting_list_type.upper(), their_days=rows.days_waited,
        their_weeks=rows.weeks_waited, their_band=rows.week_band,
    )  # fmt: skip


def _by_hospital_number(rows: Table) -> StringValue:
    return rows[LOCAL].fill_null("") + "|" + rows[FUNCTION].fill_null("")


def _ours(scope: Scope, desk: Desk, asked: Asked) -> pa.Table:
    """Our periods of the trusts at the end of the day, numbered in one order."""
    clocks = scope.patients(desk.table("rtt_clocks", trusts=asked.trusts))
    rows = rule.our_periods(clocks, asked.as_of).select("trust", PATHWAY, *OURS)
    found = desk.rows(rows).sort_by([("trust", "ascending"), (PATHWAY, "ascending"), ("period_number", "ascending")])
    return found.append_column("period", pa.array(range(found.num_rows), pa.int64()))


def _found(scope: Scope, desk: Desk, asked: Asked) -> Table:
    """Which of our pathways each row of the list names: by its identifier, by that without leading zeros, by hospital number."""
    people = scope.patients(desk.table("rtt_pathways", trusts=asked.trusts))
    events = scope.patients(desk.table("rtt_events", trusts=asked.trusts))
    rows = desk.lent("list_theirs")
    wanted = rows.select("trust", their_pathway=rows.their_pathway).distinct()
    heard = events.semi_join(wanted, [events.trust == wanted.trust, events[PATHWAY] == wanted.their_pathway]).select(
        "trust", PATHWAY
    )
    known = people.select("trust", PATHWAY).union(heard).distinct()
    desk.lend("list_known", desk.rows(known.mutate(plain=plain_identifier(known[PATHWAY]))))
    known = desk.lent("list_known")
    exact = rows.inner_join(known, [rows.trust == known.trust, rows.their_pathway == known[PATHWAY]])
    exact = exact.select("source_row", PATHWAY, found_by=ibis.literal("pathway"))
    rest = rows.anti_join(exact, "source_row")
    plain = known.group_by("trust", "plain").aggregate(ways=known.count(), **{PATHWAY: known[PATHWAY].min()}).filter(_.ways == 1)
    rest = rest.mutate(plain=plain_identifier(rest.their_pathway))
    nearly = rest.inner_join(plain, ["trust", "plain"]).select("source_row", PATHWAY, found_by=ibis.literal("plain"))
    by_number = _by_number(rows.filter(rows.their_pathway.isnull()), people)
    return exact.union(nearly).union(by_number)


def _by_number(rows: Table, people: Table) -> Table:
    """The pathways of the hospital number in the treatment function that the row names."""
    same = [rows.trust == people.trust, rows.their_local.upper() == people[LOCAL].upper()]
    found = rows.inner_join(people, same)
    function = found.their_function
    is_it = (function == found.activity_treatment_function_code) | (reported_function(function) == found.service)
    return found.filter(is_it.fill_null(False)).select("source_row", PATHWAY, found_by=ibis.literal("hospital number"))


def _with_pathway(desk: Desk) -> Table:
    return desk.lent("list_theirs").inner_join(desk.lent("list_found"), "source_row")


def _both(desk: Desk) -> Table:
    rows = desk.lent("list_matched").inner_join(desk.lent("list_theirs").drop("section"), "source_row")
    ours = desk.lent("list_ours").drop("trust")
    rows = rows.inner_join(ours, "period")
    found = desk.lent("list_found")
    rows = rows.left_join(found, ["source_row", PATHWAY]).drop("source_row_right", f"{PATHWAY}_right")
    result = rule.result(
        their_start=rows.their_start, our_start=rows.our_start, their_end=rows.their_end, our_end=rows.our_end,
        is_starts=rows.section == "starts",
    )  # fmt: skip
    return _shaped(rows, result)


def _repeats(desk: Desk) -> Table:
    rows = desk.lent("list_theirs")
    return _shaped(_with_any_pathway(desk, rows.filter(rows.is_repeat)), ibis.literal(rule.DUPLICATE))


def _only_there(desk: Desk) -> Table:
    """The rows that no period is; beside them our last period of the pathway on that day, where there is one."""
    rows = desk.lent("list_theirs")
    rows = _with_any_pathway(desk, rows.filter(~rows.is_repeat).anti_join(desk.lent("list_matched"), "source_row"))
    ours = desk.lent("list_ours")
    newest = ibis.window(group_by=["trust", PATHWAY], order_by=ibis.desc("period_number"))
    last = ours.mutate(place=ibis.row_number().over(newest)).filter(_.place == 0).drop("place")
    rows = rows.left_join(last, ["trust", PATHWAY]).drop("trust_right", f"{PATHWAY}_right")
    return _shaped(rows, ibis.literal(rule.ONLY_THERE))


def _with_any_pathway(desk: Desk, rows: Table) -> Table:
    """The rows with the first of our pathways that they name, null where they name none."""
    found = desk.lent("list_found")
    one = found.group_by("source_row").aggregate(**{PATHWAY: found[PATHWAY].min(), "found_by": found.found_by.min()})
    return rows.left_join(one, "source_row").drop("source_row_right")


def _only_here(desk: Desk, asked: Asked, section: str) -> Table:
    ours = desk.lent("list_ours")
    rows = ours.filter(rule.is_asked_for(ours, section=section, first_day=asked.sections[section], as_of=asked.as_of))
    matched = desk.lent("list_matched")
    rows = rows.anti_join(matched.filter(matched.section == section), "period")
    return _shaped(rows.mutate(section=ibis.literal(section)), ibis.literal(rule.ONLY_HERE))


def _shaped(rows: Table, result: StringValue) -> Table:
    """The rows in the columns of an outcome, null where a side has nothing."""
    types = {
        "source_row": "int64", "section": "string", "trust": "string", PATHWAY: "string", "period": "int64", **_TYPES,
    }  # fmt: skip
    columns = {name: rows[name].cast(type_) if name in rows.columns else ibis.null(type_) for name, type_ in types.items()}
    return rows.select(**columns, result=result)


_DATES = ("our_start", "our_end", "decided_to_admit_date", "their_start", "their_end", "their_decided")
_TRUTHS = ("is_nullified", "has_passed", "is_open", "is_admitted_pathway")
_NUMBERS = ("period_number", "first_row")
_TYPES = {
    name: "date" if name in _DATES else "boolean" if name in _TRUTHS else "int64" if name in _NUMBERS else "string"
    for name in (*OURS, *THEIRS)
}
