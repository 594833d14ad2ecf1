"""Of a brief the part that names patients: the longest waits, and what breaches next on each list. For cleared scopes alone."""

from dataclasses import dataclass

from clockstop.answers.desk import Desk
from clockstop.answers.list_filters import ListFilters
from clockstop.answers.list_query import is_kept, list_counts
from clockstop.answers.lists import lists
from clockstop.answers.ptl_filters import PtlFilters
from clockstop.answers.scope import Scope
from clockstop.answers.worklists import PtlPage, PtlRow, ptl
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.nhsuk.presenters import short_day, weeks_and_days
from clockstop.nhsuk.templating import url
from clockstop.registers.pathway_notes.reading import notes_for
from clockstop.reports.sentences import Part, Sentence, listed

LONGEST = 5
DAYS_AHEAD = 27


@dataclass(frozen=True, kw_only=True)
class Waiter:
    """One who waits long: the pathway, for how long, and what happens next."""

    pathway: str
    href: str
    waited: str
    next_step: str
    is_without_next_step: bool


@dataclass(frozen=True, kw_only=True)
class Waits:
    """The list in a sentence, what breaches within four weeks in another, and those who wait longest."""

    summary: Sentence
    ahead: Sentence
    rows: tuple[Waiter, ...]


def waits_of(scope: Scope, desk: Desk, trust: str, service: str) -> Waits | None:
    """The waits of a place on the day of the snapshot; None where nobody waits there."""
    scope.require_some_patients(trust)
    notes = notes_for(scope)
    where = {"trust": trust, "service": service}
    filters = PtlFilters(**where, sort="days_waited", direction="down", page_size=25)
    found = ptl(scope, desk, notes, filters)
    ahead = _ahead(scope, desk, notes, found, where)
    if not found.total and not ahead:
        return None
    return Waits(
        summary=_summary(found, filters) if found.total else (),
        ahead=ahead,
        rows=tuple(_waiter(desk, row) for row in found.rows[:LONGEST]),
    )


def _list(filters: PtlFilters, **changes) -> str:
    return url("list_pathways", **filters.with_changes(**changes).to_query())


def _summary(found: PtlPage, filters: PtlFilters) -> Sentence:
    """1,203 wait, 460 of them over 18 weeks and 12 over 52; 90 have no next step."""
    return (
        Part(f"{found.total:,}", _list(filters)), Part(f" {'waits' if found.total == 1 else 'wait'}, "),
        Part(f"{found.over_18_weeks:,}", _list(filters, weeks_from=18)), Part(" of them over 18 weeks and "),
        Part(f"{found.over_52_weeks:,}", _list(filters, weeks_from=52)), Part(" over 52; "),
        Part(f"{found.without_next_step:,}", _list(filters, has_next_step="no")),
        Part(f" {'has' if found.without_next_step == 1 else 'have'} no next step."),
    )  # fmt: skip


def _ahead(scope: Scope, desk: Desk, notes, found: PtlPage, where: dict[str, str]) -> Sentence:
    """Within four weeks 40 pass 18 weeks, 3 breach on the cancer list and 12 on the list of diagnostic waits."""
    parts: list[Sentence] = []
    if found.breach_in_4_weeks:
        filters = PtlFilters(**where, breach_of=18, breach_from=0, breach_to=DAYS_AHEAD)
        parts.append((Part(f"{found.breach_in_4_weeks:,}", url("list_pathways", **filters.to_query())), Part(" pass 18 weeks")))
    for listed_ in lists().values():
        if listed_.breach is None or not is_kept(desk, listed_) or not _can_be_cut(desk, listed_.table, listed_.breach.days):
            continue
        bounds = ((listed_.breach.days, "from", "0"), (listed_.breach.days, "to", str(DAYS_AHEAD)))
        if not any(one.column == listed_.breach.days for one in listed_.filters):
            continue
        filters = ListFilters(**where, ranges=bounds)
        number = list_counts(scope, desk, notes, listed_, filters).total
        if number:
            parts.append(
                (Part(f"{number:,}", url("show_worklist", listed_.slug, **filters.to_query())), Part(f" on {listed_.name}"))
            )
    if not parts:
        return ()
    return (Part("Breaches within four weeks: "), *listed(parts), Part("."))


def _can_be_cut(desk: Desk, table: str, column: str) -> bool:
    return column in desk.table(table).columns


def _waiter(desk: Desk, row: PtlRow) -> Waiter:
    return Waiter(
        pathway=row.local_patient_identifier or row.patient_pathway_identifier,
        href=url("show_pathway", row.trust, row.patient_pathway_identifier),
        waited=weeks_and_days(row.days_waited),
        next_step=_next(desk, row),
        is_without_next_step=row.is_without_next_step,
    )


def _next(desk: Desk, row: PtlRow) -> str:
    """What was written as the next step, else what is booked, else that there is none."""
    if row.next_step:
        when = f", by {short_day(row.next_step_date, desk.as_of)}" if row.next_step_date else ""
        return f"{row.next_step}{when}{f' ({row.owner})' if row.owner else ''}"
    if row.tci_date:
        return f"To come in {short_day(row.tci_date, desk.as_of)}"
    if row.next_event_date:
        return f"{EVENT_TYPES.get(row.next_event_type or '', 'Booked')} {short_day(row.next_event_date, desk.as_of)}"
    return "No next step"
