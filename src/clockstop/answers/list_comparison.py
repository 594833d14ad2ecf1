"""A trust's own list compared with our clocks, row by row: same, other start, other stop, only here, only there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.answers.desk import Desk
from clockstop.answers.list_elsewhere import lend_elsewhere
from clockstop.answers.list_explained import explained
from clockstop.answers.list_matching import PATHWAY, Asked, outcomes
from clockstop.answers.list_notes import notes
from clockstop.answers.scope import Scope
from clockstop.errors import UserError
from clockstop.intake.list_file import ListFile, SetAside, without
from clockstop.intake.list_headers import END
from clockstop.intake.map import PROVIDER
from clockstop.intake.organisation import organisations
from clockstop.rules import list_comparison as rule

WEEK = "week_ending_date"
SET_ASIDE = "set aside"
# The columns of a compared row, in the order in which they are written, and the names under which they are worked out.
COLUMNS = {
    "row": "source_row", "result": "result", "trust": "trust", PATHWAY: PATHWAY, "local_patient_identifier": "their_local",
    "section": "section", "period_number": "period_number", "their_start_date": "their_start", "our_start_date": "our_start",
    "start_days_apart": "start_days_apart", "their_end_date": "their_end", "our_end_date": "our_end",
    "end_days_apart": "end_days_apart", "their_status": "their_status", "our_status": "our_status",
    "our_start_rule": "start_rule", "our_start_because": "our_start_because", "our_end_rule": "our_end_rule",
    "our_end_because": "our_end_because", "reason_code": "reason_code", "reason": "reason", "notes": "notes",
    "their_days_waited": "their_days_waited", "our_days_waited": "our_days_waited",
    "their_treatment_function_code": "their_function", "our_treatment_function_code": "activity_treatment_function_code",
    "see_more": "see_more",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a list and our clocks give. `rows` has `COLUMNS`: the list's rows in their order, those set aside too, then ours alone.

    `rows_read == rows_compared + rows_set_aside`; `counts` has every result of the rules, rows of ours alone too.
    """

    file_name: str
    trusts: tuple[str, ...]
    as_of: date
    snapshot_id: str
    snapshot_as_of: date
    sections: tuple[str, ...]
    rows_read: int
    rows_compared: int
    rows_set_aside: int
    counts: dict[str, int]
    reasons: tuple[tuple[str, str, int], ...]
    set_aside: tuple[SetAside, ...]
    columns: dict[str, str]
    messages: tuple[str, ...]
    rows: pa.Table

    @property
    def share_same(self) -> float | None:
        """The rows that are the same, as a share of all that were compared and of those that only we have; None without any."""
        of = self.rows_compared + self.counts[rule.ONLY_HERE]
        return self.counts[rule.SAME] / of if of else None


def compare(
    scope: Scope, desk: Desk, listed: ListFile, *, org: str | None = None, as_of: date | None = None, section: str | None = None
) -> Comparison:
    """The list compared with the clocks of the desk's snapshot, as they are known now, at the end of the list's day.

    The provider is the row's own, else `org`, else the only trust there is. The day is `as_of`, else the list's week ending, else
    the snapshot's. `section` says what the rows of a list without a section column are.
    """
    listed, trust_of_rows, trusts = _with_trusts(scope, desk, listed, org)
    listed, kept, day = _of_one_day(desk, listed, as_of)
    trust_of_rows = trust_of_rows.filter(kept)
    desk.lend("list_cells", listed.rows.append_column("trust", trust_of_rows))
    desk.lend("list_rows", _sectioned(desk, section))
    asked = Asked(trusts=trusts, as_of=day, sections=_sections(desk, listed, day) or _without_rows(section or "list", day))
    outcomes(scope, desk, asked)
    lend_elsewhere(scope, desk, asked, listed.set_aside)
    rows = _finished(desk, explained(scope, desk, asked), listed, asked)
    return _account(desk, listed, asked, rows)


def _with_trusts(scope: Scope, desk: Desk, listed: ListFile, org: str | None) -> tuple[ListFile, pa.Array, tuple[str, ...]]:
    """The list without rows of other providers, the trust of each row left, and the trusts compared."""
    own = sorted(scope.identified_trusts & desk.manifest.trusts.keys())
    if org is not None:
        org = org.upper()
        scope.require_patients(org)
        if org not in own:
            raise UserError(
                f"Trust {org} is not loaded.", where=f"Loaded are: {', '.join(own)}.", do="Name one of these with --org."
            )
    codes = listed.rows[PROVIDER].combine_chunks()
    if codes.null_count == len(codes):
        trust = org or (own[0] if len(own) == 1 else None)
        if trust is None:
            raise _which_trust(own)
        return listed, pa.repeat(pa.scalar(trust), len(codes)), (trust,)
    found = _trusts_of(desk, codes, [org] if org else own)
    if org or len(own) == 1:
        found = pc.if_else(pc.is_null(codes), pa.scalar(org or own[0], pa.string()), found)
    is_other = pc.is_null(found)
    if pc.all(is_other).as_py():
        raise _which_trust(own, listed.columns.get(PROVIDER, ""))
    kept = found.drop_null()
    return without(listed, is_other, code="other_provider", column=PROVIDER), kept, tuple(sorted(set(kept.to_pylist())))


def _trusts_of(desk: Desk, codes: pa.Array, trusts: list[str]) -> pa.Array:
    """The trust that each cell names by its code, the code of a site of it, or its name; null where it names none of them."""
    names = {one.name.casefold(): one.code for one in organisations(desk.home) if one.code in trusts}
    coded = codes.dictionary_encode()
    words = [(word or "").strip() for word in coded.dictionary.to_pylist()]
    found = [next((code for code in trusts if word.upper().startswith(code)), names.get(word.casefold())) for word in words]
    return pa.array(found, pa.string()).take(coded.indices)


def _which_trust(own: list[str], header: str = "") -> UserError:
    what = f"The list's column {header!r} names no trust that is loaded." if header else "The list does not say whose it is."
    return UserError(what, where=f"Loaded are: {', '.join(own) or 'none'}.", do="Name the trust with --org CODE.")


def _of_one_day(desk: Desk, listed: ListFile, as_of: date | None) -> tuple[ListFile, pa.Array, date]:
    """The list without rows of other weeks, which rows are left, and the day that it is compared at."""
    weeks = listed.rows[WEEK].combine_chunks()
    days = sorted(day for day in pc.unique(weeks).to_pylist() if day)
    if as_of is None and len(days) > 1:
        shown = ", ".join(day.isoformat() for day in days[-6:])
        raise UserError(
            f"The list holds {len(days)} weeks.",
            where=f"In column {listed.columns[WEEK]!r}: {shown}.",
            do="Choose one with --as-of DATE.",
        )
    day = as_of or (days[0] if days else desk.as_of)
    if len(days) <= 1 or day not in days:
        return listed, pa.repeat(pa.scalar(True), len(weeks)), day
    is_other = pc.fill_null(pc.not_equal(weeks, pa.scalar(day)), False)
    return without(listed, is_other, code="other_week", column=WEEK), pc.invert(is_other), day


def _sectioned(desk: Desk, section: str | None) -> pa.Table:
    cells = desk.lent("list_cells")
    return desk.rows(cells.mutate(section=rule.section(cells.section.fill_null(section or "list"))))


def _sections(desk: Desk, listed: ListFile, day: date) -> dict[str, date | None]:
    """The sections of the list, and the first day of the week (or of the stops) for which ours are asked."""
    rows = desk.lent("list_rows")
    summed = desk.rows(
        rows.group_by("section").aggregate(n=rows.count(), stopped=rows[END].count(), first=rows[END].min())
    ).to_pylist()
    found: dict[str, date | None] = {}
    for one in sorted(summed, key=lambda one: rule.SECTIONS.index(one["section"])):
        found |= _without_rows(one["section"], day)
    whole = next((one for one in summed if one["section"] == "list"), None)
    if whole and whole["stopped"] >= rule.CLOSED_SHARE * whole["n"] and whole["first"]:
        found["list"] = whole["first"]
    return found


def _without_rows(section: str, day: date) -> dict[str, date | None]:
    """A section, and the first day for which ours are asked whatever its rows say."""
    return {section: day - timedelta(days=6) if section in ("starts", "stops") else None}


def _finished(desk: Desk, rows: pa.Table, listed: ListFile, asked: Asked) -> pa.Table:
    """The rows with their notes and the command that shows more, in the columns of the answer, those set aside among them."""
    desk.lend("list_explained", rows)
    told = desk.lent("list_explained")
    has_decisions = "decided_to_admit_date" in listed.columns
    said = notes(told, has_decisions=has_decisions, is_of_snapshot=asked.as_of == desk.as_of, as_of=asked.as_of)
    pathway = told[PATHWAY].fill_null(told.their_pathway)
    see = "clockstop explain " + told[PATHWAY] + " --trust " + told.trust
    told = told.mutate(**{"notes": said, "see_more": see, PATHWAY: pathway})
    done = desk.rows(told.select(**{name: told[inner] for name, inner in COLUMNS.items()}))
    return pa.concat_tables([done, _set_aside_rows(listed.set_aside, done.schema)]).sort_by(
        [("row", "ascending"), ("trust", "ascending"), (PATHWAY, "ascending"), ("period_number", "ascending")]
    )


def _set_aside_rows(aside: tuple[SetAside, ...], schema: pa.Schema) -> pa.Table:
    rows = [
        {"row": one.source_row, "result": SET_ASIDE, PATHWAY: one.patient_pathway_identifier or None, "reason_code": one.code,
         "reason": set_aside_words(one), "notes": ""}
        for one in aside
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema)


def set_aside_words(one: SetAside) -> str:
    """A row that was set aside, in one sentence."""
    where = f"column {one.column!r}: " if one.column else ""
    return f"{where}found {one.found}, expected {one.expected}; {one.do}."


def _account(desk: Desk, listed: ListFile, asked: Asked, rows: pa.Table) -> Comparison:
    counted = Counter(rows["result"].to_pylist())
    return Comparison(
        file_name=listed.file_name, trusts=asked.trusts, as_of=asked.as_of, snapshot_id=desk.snapshot_id, snapshot_as_of=desk.as_of,
        sections=tuple(asked.sections), rows_read=listed.rows_read, rows_compared=listed.rows_read - len(listed.set_aside),
        rows_set_aside=len(listed.set_aside), counts={name: counted.get(name, 0) for name in rule.RESULTS},
        reasons=_reasons(rows), set_aside=listed.set_aside, columns=listed.columns, messages=tuple(_messages(desk, listed, asked)),
        rows=rows,
    )  # fmt: skip


def _reasons(rows: pa.Table) -> tuple[tuple[str, str, int], ...]:
    """Result, reason code and count, the most frequent first."""
    differing = rows.filter(pc.invert(pc.is_in(rows["result"], value_set=pa.array([rule.SAME, SET_ASIDE]))))
    summed = differing.group_by(["result", "reason_code"]).aggregate([([], "count_all")]).to_pylist()
    found = [(one["result"], one["reason_code"], one["count_all"]) for one in summed]
    return tuple(sorted(found, key=lambda one: (-one[2], one[0], one[1])))


def _messages(desk: Desk, listed: ListFile, asked: Asked) -> Iterator[str]:
    yield from listed.notes
    if not listed.rows.num_rows:
        yield (
            "No row of the list could be compared: all that we have stands alone." if listed.rows_read else "The list has no rows."
        )
    if asked.as_of > desk.as_of:
        yield (
            f"The list is of {asked.as_of.isoformat()}, our data end on {desk.as_of.isoformat()}: "
            "what happened between is not known here."
        )
    elif asked.as_of < desk.as_of:
        yield f"Compared at {asked.as_of.isoformat()}, with what is known now (data to {desk.as_of.isoformat()})."
    if first := asked.sections.get("list"):
        yield f"Half the rows or more have a stop: our clocks that stopped since {first.isoformat()} are compared too."
