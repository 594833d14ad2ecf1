"""Gathers a pack: every figure, icon, chart and sentence of an organisation's month, once, into one frozen tree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import Series, series_together
from clockstop.answers.spc import charts_of
from clockstop.dates import month_end
from clockstop.errors import UnknownName, UserError
from clockstop.measures.catalogue import families, measures
from clockstop.measures.measure import Measure
from clockstop.nhsuk.presenters import day, month
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading as reviews
from clockstop.reports import pack_pages, pack_summary
from clockstop.reports.marks import Marks
from clockstop.reports.pack import Audience, Pack, Style
from clockstop.reports.pack_beside import level_below
from clockstop.reports.pack_measure import Gathered, kpi_row
from clockstop.reports.pack_written import Written, written_of

# The pack of every trust together, and how long its name may be.
GROUP = "GROUP"
SHOWN_MONTHS = 36
Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class PackAsked:
    """Which pack: whose (a trust's code, or GROUP), of which month, for whom, of which measures."""

    org: str
    month: date
    audience: Audience = "trust"
    division: str = ""
    measures: tuple[str, ...] = ()

    @property
    def where(self) -> dict[str, str]:
        """The place as the functions of answers take it."""
        trust = {} if self.org == GROUP else {"trust": self.org}
        return trust | ({"division": self.division} if self.division else {})


def month_of(text: str) -> date:
    """The month that somebody wrote as YYYY-MM.

    >>> month_of("2026-10")
    datetime.date(2026, 10, 1)
    """
    try:
        return date.fromisoformat(f"{text.strip()}-01")
    except ValueError:
        raise UserError(f"{text} is no month.", do="Write it as YYYY-MM, such as 2026-10.") from None


def gather(scope: Scope, desk: Desk, asked: PackAsked, style: Style, *, progress: Progress) -> Pack:
    """The pack as the data and what people wrote stand now. `progress` hears each piece and how far it is (0 to 1)."""
    scope = _scope_of(scope, desk, asked)
    assert asked.month.day == 1, "a month is named by its first day"
    chosen = chosen_measures(asked.measures)
    progress("Reading the figures", 0.02)
    found = _series(scope, desk, asked, [one.slug for one in chosen])
    months = [one for one in chosen if not one.is_current_only and _has_month(found[one.slug], asked.month)]
    if not months:
        raise UserError(
            f"The data have nothing of {asked.org} in {month(asked.month)}, so there is no pack to make.",
            where=f"Snapshot {desk.snapshot_id}, data to {day(desk.as_of)}.",
            do="Choose a month that has ended in the data.",
        )
    gathered = _gathered(scope, desk, asked, style, {one.slug: found[one.slug] for one in months})
    rows = tuple(kpi_row(gathered, one, found[one.slug]) for one in chosen if _has_row(found[one.slug], one, asked.month))
    said = [row for row in rows if not row.is_now]
    pages = tuple(
        _told(progress, row.title, 0.05 + 0.45 * place / len(said), lambda row=row: pack_pages.measure_page(gathered, row))
        for place, row in enumerate(said)
    )
    progress("Summing up", 0.5)
    return _pack(gathered, rows, pages, _without(chosen, rows))


def chosen_measures(named: Sequence[str]) -> list[Measure]:
    """The measures of a pack in the order of the catalogue: those named (by slug or by family), else every headline measure."""
    known, by_family = measures(), families()
    unknown = [name for name in named if name not in known and name not in by_family]
    if unknown:
        raise UnknownName(
            f"There is no measure or family {unknown[0]}.",
            where=f"The families are: {', '.join(by_family)}.",
            do="Name measures by their slug, as their address has it, or a family.",
        )
    wanted = {name for name in named if name in known} | {one.slug for name in named for one in by_family.get(name, ())}
    return [one for one in known.values() if (one.slug in wanted if named else one.is_headline)]


def _scope_of(scope: Scope, desk: Desk, asked: PackAsked) -> Scope:
    """The scope narrowed to the pack's own: of one trust, and cleared for its small numbers only where they stay inside."""
    if asked.org == GROUP:
        if len(scope.trusts & desk.manifest.trusts.keys()) < 2:
            raise UserError("You see no group of trusts.", do="Name the trust: --org CODE.")
        if asked.audience == "trust" or asked.division:
            raise UserError("A pack of the group holds no small numbers and no division.", do="Ask for it for outside use.")
        return scope.within(scope.trusts, with_patients=False)
    if asked.org not in desk.manifest.trusts:
        known = ", ".join(sorted(desk.manifest.trusts.keys() & scope.trusts))
        raise UnknownName(f"There is no trust {asked.org} in the snapshot.", where=f"It has: {known}.", do="Name one of these.")
    scope.require_trust(asked.org)
    if asked.audience == "trust":
        scope.require_own(asked.org)
    _require_division(scope, desk, asked)
    return scope.within({asked.org}, with_patients=asked.audience == "trust")


def _require_division(scope: Scope, desk: Desk, asked: PackAsked) -> None:
    trusts = {one.code: one for one in organisation.tree(scope, desk)}
    known = {one.name for one in trusts[asked.org].divisions}
    if asked.division and asked.division not in known:
        raise UnknownName(
            f"{asked.org} has no division {asked.division}.",
            where=f"It has: {', '.join(sorted(known))}.",
            do="Name one of these.",
        )


def _series(scope: Scope, desk: Desk, asked: PackAsked, slugs: Sequence[str]) -> dict[str, Series]:
    end = month_end(asked.month)
    every = series_together(scope, desk, slugs, period_kind="month", where=asked.where)
    series_together(scope, desk, slugs, period_kind="month", where=asked.where, by=level_below(asked.where))
    return {slug: found[0] if measures()[slug].is_current_only else _ends_by(found[0], end) for slug, found in every.items()}


def _ends_by(series: Series, end: date) -> Series:
    """The months that the site shows too, up to the pack's: limits made of the same points are the same limits."""
    return replace(series, points=tuple(one for one in series.points if one.period_end <= end)[-SHOWN_MONTHS:])


def _has_month(series: Series, wanted: date) -> bool:
    return bool(series.points) and month_end(series.points[-1].period_end) == month_end(wanted)


def _has_row(series: Series, measure: Measure, wanted: date) -> bool:
    return bool(series.points) if measure.is_current_only else _has_month(series, wanted)


def _without(chosen: Sequence[Measure], rows: Sequence) -> tuple[str, ...]:
    """The titles of the measures of which the data have nothing that month."""
    shown = {row.slug for row in rows}
    return tuple(one.title for one in chosen if one.slug not in shown)


def _gathered(scope: Scope, desk: Desk, asked: PackAsked, style: Style, found: Mapping[str, Series]) -> Gathered:
    level = "trust" if asked.org != GROUP else "national"
    written = written_of(scope, asked.where, month_end(asked.month), today=desk.as_of) if asked.org != GROUP else Written()
    slugs = tuple(found)
    charts = charts_of(tuple(found.values()), period_kind="month", level=level, rebases=_rebases(scope, asked, slugs))
    breaks = reviews.breaks_of(scope, asked.where)
    return Gathered(
        scope=scope,
        desk=desk,
        org=asked.org,
        where=asked.where,
        month=month_end(asked.month),
        audience=asked.audience,
        style=style,
        level=level,
        charts={slug: chart.with_breaks(breaks.get(slug, ())) for slug, chart in zip(slugs, charts, strict=True)},
        marks=Marks(scope, desk),
        written=written,
    )


def _rebases(scope: Scope, asked: PackAsked, slugs: Sequence[str]) -> list[tuple[date, ...]]:
    """The days from which limits were recalculated, as people accepted them at this very place."""
    if asked.org == GROUP:
        return [() for _ in slugs]
    known, place = reviews.every_rebase(scope), Place.of(asked.where)
    return [known.get((place, slug), ()) for slug in slugs]


def _told(progress: Progress, title: str, share: float, work_out: Callable):
    progress(title, share)
    return work_out()


def _pack(gathered: Gathered, rows: tuple, pages: tuple, without: tuple[str, ...]) -> Pack:
    desk, scope = gathered.desk, gathered.scope
    manifest = desk.manifest
    is_group = gathered.org == GROUP
    name = organisation.group_name(scope, desk) or "All trusts" if is_group else manifest.trusts[gathered.org].name
    exceptions = pack_pages.exceptions(gathered, rows)
    return Pack(
        org=gathered.org,
        org_name=name,
        division=gathered.where.get("division", ""),
        month=gathered.month,
        month_said=month(gathered.month),
        audience=gathered.audience,
        snapshot_id=desk.snapshot_id,
        as_of=desk.as_of,
        built_at=f"{manifest.built_at:%Y-%m-%dT%H:%M:%S%z}",
        code_version=manifest.code_version,
        is_made_up=manifest.is_synthetic,
        convention=gathered.convention,
        headline=pack_summary.headline(rows, exceptions),
        notes=pack_summary.notes(gathered, rows, without),
        summary=pack_summary.by_domain(rows),
        rows=rows,
        pages=pages,
        exceptions=exceptions,
        definitions=pack_pages.definitions(gathered, rows),
        style=gathered.style,
    )
