"""What changed and why: a measure between two periods, split exactly into volume, mix and rate by any of its dimensions."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import organisation
from clockstop.answers.change import Change, Effects, PartChange, change_of
from clockstop.answers.desk import Desk
from clockstop.answers.series import Point, cuts_of, series
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.dimensions import DIMENSIONS, Dimension
from clockstop.measures.measure import Measure
from clockstop.nhsuk.figures import moved, places_to_agree
from clockstop.nhsuk.presenters import day, month, signed
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.change_drawing import Step, draw_change
from clockstop.pages.context import PERIODS, Filters, crumbs_to, desk, filters_of, page
from clockstop.pages.drawing_shapes import Drawing
from clockstop.pages.measures import A_YEAR, SHOWN, place_of
from clockstop.pages.selects import select
from clockstop.reports import change_words as words
from clockstop.reports.figure_words import WITHHELD, said

WIDTHS = (900, 358)
# Steps of the drawing that are parts; what the others did stands together.
MOST_STEPS = 6
# So near to a whole number is one: sums of halves are exact far below it.
_WHOLE = 1e-6


def show_change(request: HttpRequest, measure: str) -> HttpResponse:
    """The change between two periods as the address asks for it; with `format`, every part's effects as CSV or XLSX."""
    opened, filters, found = desk(), filters_of(request), measure_of(measure)
    cuts = tuple(one for one in cuts_of(opened, found) if one.name not in filters.where)
    by = request.GET.get("by", "")
    by = by if by in {one.name for one in cuts} else _first_cut(filters)
    change = _asked(request, opened, found, filters, by)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, change, place_of(request, opened, filters))
    query = {**filters.query, "by": by, **_ends_of(change)}
    return page(
        request,
        "pages/change.jinja",
        title="What changed, and why?",
        crumbs=crumbs_to(
            ("Measures", url("list_measures", **filters.query)), (found.title, url("show_measure", found.slug, **filters.query))
        ),
        measure=found,
        change=change,
        place=place_of(request, opened, filters),
        path=reverse("show_change", args=[found.slug]),
        query=query,
        selects=_selects(request, opened, filters, cuts, change),
        kept={name: getattr(filters, name) for name in ("division", "site") if getattr(filters, name)},
        sentences=words.sentences(change, request.scope),
        dimension=DIMENSIONS[by],
        noun=words.noun_of(by),
        rows=[_row(change, part) for part in change.parts if not _is_nothing(part)],
        left_out=sum(1 for part in change.parts if _is_nothing(part)),
        total=_total(change) if change.effects else None,
        columns=_columns(change),
        when=tuple(words.when(change, point.period_end) if point else "" for point in (change.first, change.last)),
        drawings=[_drawing(change, width) for width in WIDTHS] if change.effects and change.change is not None else [],
        years=_years(change, filters, by),
        unit=_unit(found),
        brief_href=_brief_href(filters),
    )


@dataclass(frozen=True)
class Row:
    """A part as the table says it. `members` are those that are told of together."""

    title: str
    href: str
    first: str
    last: str
    moved: str
    effects: tuple[str, ...]
    members: tuple[str, ...] = ()


def _first_cut(filters: Filters) -> str:
    """What a change is split by where the address does not say: the trusts of the group, the services of a place, their sites."""
    return "trust" if not filters.trust else "site" if filters.service else "service"


def _asked(request: HttpRequest, opened: Desk, measure: Measure, filters: Filters, by: str) -> Change:
    """The change between the periods that the address names; one that the measure does not have is passed over."""
    whole = series(request.scope, opened, measure.slug, period_kind=filters.period, where=filters.where)[0]
    ends = {point.period_end for point in whole.points}
    first, last = (_day(request.GET.get(name, ""), ends) for name in ("from", "to"))
    first = None if first is not None and first == last else first
    asked = {"where": filters.where, "by": by, "period_kind": filters.period}
    if first is not None and last is not None and first > last:
        first, last = last, first
    if first is not None and first == max(ends):
        first = None
    if last is not None and last == min(ends):
        last = None
    return change_of(request.scope, opened, measure.slug, **asked, first=first, last=last)


def _day(text: str, ends: set[date]) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found in ends else None


def _ends_of(change: Change) -> dict[str, str]:
    points = (("from", change.first), ("to", change.last))
    return {name: point.period_end.isoformat() for name, point in points if point}


def _selects(request: HttpRequest, opened: Desk, filters: Filters, cuts: tuple[Dimension, ...], change: Change) -> list[dict]:
    trusts = organisation.tree(request.scope, opened)
    chosen = [trust for trust in trusts if filters.trust in ("", trust.code)]
    services = sorted({one.code: one.name for trust in chosen for one in trust.services}.items(), key=lambda one: one[1])
    ends = [(end.isoformat(), _end_said(filters, end)) for end in reversed(change.ends[-SHOWN[filters.period] - 1 :])]
    chosen_ends = _ends_of(change)
    return [
        select("trust", "Organisation", [("", "All our trusts"), *((one.code, one.name) for one in trusts)], filters.trust),
        select("service", "Service", [("", "All services"), *services], filters.service),
        select("period", "Period", list(PERIODS.items()), filters.period),
        select("from", "From", ends[1:] or ends, chosen_ends.get("from", "")),
        select("to", "To", ends[:-1] or ends, chosen_ends.get("to", "")),
        select("by", "Split by", [(one.name, one.title) for one in cuts], change.by),
    ]


def _end_said(filters: Filters, end: date) -> str:
    return month(end) if filters.period == "month" else f"Week to {day(end)}"


def _years(change: Change, filters: Filters, by: str) -> list[tuple[str, str]]:
    """The same over a period and over a year, as links."""
    back = {"the period before": 1, "a year before": A_YEAR[filters.period]}
    if change.last is None or change.last.period_end not in change.ends:
        return []
    place = change.ends.index(change.last.period_end)
    query = {**filters.query, "by": by, "to": change.last.period_end.isoformat()}
    return [
        (text, url("show_change", change.measure.slug, **query, **{"from": change.ends[place - many].isoformat()}))
        for text, many in back.items()
        if place >= many and change.first is not None and change.ends[place - many] != change.first.period_end
    ]


def _brief_href(filters: Filters) -> str:
    """The weekly brief of the same service or trust; none of a division or site, which have none."""
    if not filters.trust or filters.division or filters.site:
        return ""
    return url("show_brief_of", filters.trust, filters.service) if filters.service else url("show_brief", filters.trust)


def _columns(change: Change) -> tuple[str, ...]:
    """The effects that the measure can have, and their sum."""
    if change.effects is None:
        return ()
    if change.measure.kind == "count":
        return ("Volume", "Mix", "Rate", "Effect") if change.has_rate else ("Effect",)
    return ("Rate", "Mix", "Effect")


def _unit(measure: Measure) -> str:
    return "percentage points" if measure.kind == "share" else measure.unit


def _row(change: Change, part: PartChange) -> Row:
    if part.members:
        titles = tuple(title for title in part.members if title)
        return Row(part.title, "", WITHHELD, WITHHELD, "", _effects(change, part.effects), titles)
    first, last, move = _figures(change, part.first, part.last)
    return Row(
        title=part.title,
        href=words.part_href(change, part),
        first=first,
        last=last,
        moved=move,
        effects=_effects(change, part.effects),
    )


def _is_nothing(part: PartChange) -> bool:
    """Whether the part had none of what is counted in either period, and so did nothing."""
    points = (part.first, part.last)
    return (
        not part.members
        and all(point is not None and not point.numerator and not point.is_hidden for point in points)
        and not (part.effects and part.effects.total)
    )


def _total(change: Change) -> Row:
    return Row("All", words.figure_href(change), *_figures(change, change.first, change.last), _effects(change, change.effects))


def _figures(change: Change, first: Point | None, last: Point | None) -> tuple[str, str, str]:
    """Both figures and the move between them, with the decimals of the table."""
    measure, places = change.measure, _places(change)
    move = moved(measure.kind, *_values(last, first), measure.unit, places=places)
    return said(measure, first, places=places), said(measure, last, places=places), move


def _places(change: Change) -> int:
    """One more decimal for the whole table where a move, as shown, would not be the difference of its figures."""
    pairs = [(change.first, change.last), *((part.first, part.last) for part in change.parts)]
    return min(2, max(places_to_agree(change.measure.kind, *_values(last, first)) for first, last in pairs))


def _values(*points: Point | None) -> list[float | None]:
    return [point.value if point else None for point in points]


def _effects(change: Change, effects: Effects | None) -> tuple[str, ...]:
    """The effects of a part in the order of the columns, to hundredths: so their sum can be followed."""
    if effects is None:
        return ()
    size = {"Volume": effects.volume, "Mix": effects.mix, "Rate": effects.rate, "Effect": effects.total}
    return tuple(_effect(change, size[name], is_sum=name == "Effect") for name in _columns(change))


def _effect(change: Change, value: float, *, is_sum: bool = False) -> str:
    """An effect with its sign; whole where it is the difference of two plain numbers."""
    value = value * 100 if change.measure.kind == "share" else value
    whole = change.measure.kind == "count" and (is_sum or not change.has_rate) and abs(value - round(value)) < _WHOLE
    return signed(value, 0 if whole else 1 if abs(value) >= 1000 else 2)


def _drawing(change: Change, width: float) -> Drawing:
    """From the first figure to the last: what rates did by part, what the mix did and, of a number, what volume did."""
    steps = _steps(change)
    ends = [
        (words.when(change, point.period_end), point.value or 0.0, said(change.measure, point))
        for point in (change.first, change.last)
        if point
    ]
    told = ", ".join(f"{step.words} {step.said}" for step in steps)
    description = f"{ends[0][0]}: {ends[0][2]}; {told}; {ends[1][0]}: {ends[1][2]}"
    return draw_change(ends[0], steps, ends[1], width=width, description=description)


def _steps(change: Change) -> list[Step]:
    effects = change.effects
    assert effects is not None, "there is a split"
    is_plain = not change.has_rate
    sizes = [
        (part.title, part.effects.total if is_plain else part.effects.rate)
        for part in change.parts
        if part.effects and not part.members
    ]
    sizes.sort(key=lambda one: -abs(one[1]))
    named = [(title, size) for title, size in sizes[:MOST_STEPS] if size]
    whole = effects.total if is_plain else effects.rate
    rest = whole - sum(size for _title, size in named)
    rows = [] if is_plain or change.measure.kind != "count" else [("Volume: more or fewer in all", effects.volume)]
    rows += [] if is_plain else [("Mix: where they were", effects.mix)]
    rows += [(title if is_plain else f"Rate: {title}", size) for title, size in named]
    rows += [("All others" if is_plain else "Rate: all others", rest)] if len(change.parts) > len(named) else []
    return [Step(title, size, _effect(change, size), _is_better(change, size)) for title, size in rows]


def _is_better(change: Change, size: float) -> bool | None:
    improvement = change.measure.improvement
    return None if improvement == "neutral" or not size else (size > 0) == (improvement == "up")


def _export(request: HttpRequest, opened: Desk, change: Change, place: str) -> HttpResponse:
    measure = change.measure
    columns = [
        "measure", "by", "part", "part_title", "from", "to", "from_numerator", "from_denominator", "from_value", "to_numerator",
        "to_denominator", "to_value", "volume_effect", "mix_effect", "rate_effect", "effect", "numerator_volume", "numerator_mix",
        "numerator_rate", "numerator_effect", "is_withheld",
    ]  # fmt: skip
    whole = PartChange(
        key="", title="All", first=change.first, last=change.last, effects=change.effects, on_numerator=change.on_numerator
    )
    ends = _ends_of(change)
    rows = [
        (
            measure.slug, change.by, part.key, _export_title(part), ends.get("from"), ends.get("to"),
            *_numbers(part, part.first), *_numbers(part, part.last), *_sizes(part.effects), *_sizes(part.on_numerator),
            bool(part.members) or any(point is not None and point.is_hidden for point in (part.first, part.last)),
        )
        for part in (*change.parts, whole)
    ]  # fmt: skip
    notes = [
        f"What changed: {measure.title}, {place}",
        "Effects are in the measure's own unit (a share is 0 to 1); effect = volume_effect + mix_effect + rate_effect",
        "The parts' effects add up to those of the row All, and its effect is the change",
        "Midpoint split: rate effect = mean weight x change of the rate, mix effect = (mean rate - mean of the whole) x change of"
        " the weight; the interaction is shared half and half (Bennet 1920, Kitagawa 1955)",
        f"Source: {measure.source}. Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}",
        *(["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []),
    ]
    name = f"{measure.slug}-change-{ends.get('to', opened.as_of.isoformat())}"
    return exports.export(request.GET["format"], name=name, columns=columns, rows=rows, notes=notes)


def _export_title(part: PartChange) -> str:
    titles = [title for title in part.members if title]
    return f"{part.title}: {', '.join(titles)}" if titles else part.title


def _numbers(part: PartChange, point) -> tuple:
    return (None, None, None) if part.members or point is None else (point.numerator, point.denominator, point.value)


def _sizes(effects: Effects | None) -> tuple:
    return (None,) * 4 if effects is None else (effects.volume, effects.mix, effects.rate, effects.total)
