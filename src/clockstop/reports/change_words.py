"""What a change is made of, in sentences whose every number leads to what it was counted from.

Of a share: "Treated within 62 days fell from 62.1% in September 2026 to 61.4% in October 2026. Of the 0.7 points, 0.9 is worse
performance within each service, of which Trauma and Orthopaedic 0.9 and Urology 0.3, less Cardiology 0.3; the mix of services gave
0.2 back."
"""

from collections.abc import Callable, Sequence
from datetime import date

from clockstop.answers.change import EMPTY, HIDDEN, NO_PARTS, ONE_PERIOD, QUANTILE, Change, Effects, PartChange
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point
from clockstop.measures.dimensions import DIMENSIONS, UNITS, UNKNOWN
from clockstop.measures.measure import Measure
from clockstop.nhsuk.figures import AMOUNTS, RATIO, is_better, places_to_agree
from clockstop.nhsuk.presenters import day, lower_first, month, number
from clockstop.nhsuk.templating import url
from clockstop.reports.figure_words import amount, said
from clockstop.reports.sentences import Part, Sentence, listed

MOST_NAMED = 3
_WHY_NOT = {
    HIDDEN: "The number of one of the two periods is too small to be shown to you, so its change is not split.",
    EMPTY: "Nothing was counted in one of the two periods, so there is no change to split.",
    ONE_PERIOD: "It is known of one period alone, so there is no change yet.",
    NO_PARTS: "The figure cannot be cut like this, so its change is not split.",
}
# What the parts of a dimension are called, where its title is not that.
_NOUNS = {
    "age_band": "age group", "ethnic_category": "ethnic group", "deprivation_quintile": "deprivation group",
    "is_admitted_pathway": "kind of pathway", "request_source": "source of requests", "arrival_hour": "hour of arrival",
    "half_day": "half-day", "use_source": "source of figures", "outcome": "outcome", "route": "route",
}  # fmt: skip


def sentences(change: Change, scope: Scope) -> tuple[Sentence, ...]:
    """All that is said of a change: how far the figure moved, what of it is rate, mix and volume, and which parts drive it."""
    if change.first is None or change.last is None or change.change is None:
        why = change.why_not or EMPTY
        return ((Part(_WHY_NOT[why]),),)
    if change.why_not == QUANTILE:
        return (_moved(change), _own_changes(change))
    if change.why_not:
        return (_moved(change), (Part(_WHY_NOT[change.why_not]),))
    if change.measure.kind == "count" and not change.has_rate:
        return tuple(one for one in (_moved(change), _most_of_it(change)) if one)
    found = (_moved(change), _made_of(change), _the_strongest(change, scope), _in_people(change, scope))
    return tuple(one for one in found if one)


def why(change: Change, scope: Scope) -> tuple[Sentence, ...]:
    """The causes alone, for a page that has said the figure: since when, what the move is made of, and the part that did most."""
    if change.effects is None or change.first is None or not change.change:
        return ()
    found = sentences(change, scope)[1:3]
    return (_since(change, change.first, found[0]), *found[1:]) if found else ()


def _since(change: Change, first: Point, sentence: Sentence) -> Sentence:
    """The sentence with the period from which it counts at its head: what a chart says of a long run may be the other way."""
    head, *rest = sentence
    return (Part(f"Since {_in(change, first)}, {lower_first(head.text)}", head.href), *rest)


def effect_said(measure: Measure, value: float, *, places: int | None = None) -> str:
    """An effect without its sign, as it stands within a sentence: tenths of a point, people, weeks.

    >>> from clockstop.measures.catalogue import measure
    >>> effect_said(measure("rtt_within_18_weeks"), -0.0091), effect_said(measure("rtt_incomplete"), -14.0)
    ('0.9', '14')
    """
    size = abs(value) * (100 if measure.kind == "share" else 1)
    if places is None:
        places = 0 if measure.kind == "count" and (size >= 100 or float(size).is_integer()) else 1
    return number(size, places)


def figure_said(change: Change, point: Point) -> str:
    """A figure of a change, with so many decimals that the difference of both, as shown, is the difference that is said."""
    return said(change.measure, point, places=_places(change))


def _places(change: Change) -> int:
    ends = [point.value if point else None for point in (change.last, change.first)]
    return places_to_agree(change.measure.kind, *ends)


def _size(change: Change) -> str:
    """How far the whole moved, with the decimals of its two figures."""
    places = _places(change)
    return effect_said(change.measure, change.change or 0.0, places=places if places > 1 else None)


def unit_said(measure: Measure) -> str:
    """What stands behind the size of a change: points, weeks; nothing behind a plain number."""
    if measure.kind == "share":
        return " points"
    if measure.kind == "count":
        return f" {measure.unit}" if measure.unit in AMOUNTS else ""
    return "" if measure.unit == RATIO else f" {measure.unit}"


def when(change: Change, end: date) -> str:
    """A period in words."""
    return month(end) if change.period_kind == "month" else day(end) if change.period_kind == "now" else f"the week to {day(end)}"


def noun_of(by: str) -> str:
    """What a part of that dimension is called."""
    return _NOUNS.get(by) or lower_first(DIMENSIONS[by].title)


def figure_href(change: Change) -> str:
    """The series of the whole, with its table."""
    return url("show_measure", change.measure.slug, **change.where, period=change.period_kind) + "#table"


def part_href(change: Change, part: PartChange) -> str:
    """The series of a part; of one that is no place the measure's page split by the dimension."""
    if change.by in UNITS and part.key not in ("", UNKNOWN):
        where = dict(change.where) | {change.by: part.key}
        return url("show_measure", change.measure.slug, **where, period=change.period_kind) + "#table"
    return url("show_measure", change.measure.slug, **change.where, period=change.period_kind, cut=change.by) + "#parts"


def rows_href(change: Change, scope: Scope, point: Point | None, part: PartChange | None = None, *, side: str = "numerator") -> str:
    """The rows that a figure counts, for those who may see them; else the series in which it stands."""
    trust = part.key if part and change.by == "trust" else change.where.get("trust", "")
    if point is None or not trust or not scope.is_own(trust) or change.measure.kind == "quantile":
        return part_href(change, part) if part else figure_href(change)
    where = dict(change.where) | ({change.by: part.key} if part else {})
    return url("list_measure_rows", change.measure.slug, **where, period=change.period_kind, period_end=point.period_end, side=side)


def split_href(change: Change) -> str:
    """The page that shows the split itself, with its table."""
    ends = {name: point.period_end for name, point in (("from", change.first), ("to", change.last)) if point}
    query = {**change.where, "by": change.by, "period": change.period_kind, **ends}
    return url("show_change", change.measure.slug, **query) + "#parts"


def _moved(change: Change) -> Sentence:
    """Treated within 62 days fell from 62.1% in September 2026 to 61.4% in October 2026."""
    first, last, measure = change.first, change.last, change.measure
    assert first is not None and last is not None  # noqa: PT018 both were looked at
    href = figure_href(change)
    was, now = figure_said(change, first), figure_said(change, last)
    if was == now:
        words = (Part(f"{measure.title}: "), Part(now, href), Part(f" in {_in(change, last)}, as in {_in(change, first)}."))
        return words
    verb = "rose" if (change.change or 0) > 0 else "fell"
    better = is_better(measure.improvement, last.value, first.value)
    sign = "" if better is None else ", better" if better else ", worse"
    return (
        Part(f"{measure.title} {verb} from "), Part(was, href), Part(f" in {_in(change, first)} to "), Part(now, href),
        Part(f" in {_in(change, last)}{sign} by "), Part(_size(change), split_href(change)),
        Part(f"{unit_said(measure)}."),
    )  # fmt: skip


def _in(change: Change, point: Point) -> str:
    return when(change, point.period_end)


def _made_of(change: Change) -> Sentence:
    """Of the 0.7 points, 0.9 is worse performance within each service, of which Orthopaedic 1.2, less Urology 0.3; ..."""
    measure, effects = change.measure, change.effects
    assert effects is not None and change.change is not None  # noqa: PT018 there is a split
    href, size = split_href(change), _size(change)
    causes = [(effects.rate, _rate_words(change)), (effects.mix, _mix_words(change)), (effects.volume, _volume_words(change))]
    causes = [(effect, words) for effect, words in causes if effect_said(measure, effect).strip("0.")]
    if not causes:
        return ()
    if not size.strip("0."):
        parts = [(Part(f"{words} "), Part(_signed(measure, effect), href)) for effect, words in causes]
        return (Part("Two things cancel out: "), *listed(parts), Part(".")) if len(causes) > 1 else ()
    way = change.change
    with_it = [(effect, words) for effect, words in causes if effect * way > 0]
    back = [(effect, words) for effect, words in causes if effect * way < 0]
    if len(causes) == 1:
        return (
            (Part("All of it is "), Part(with_it[0][1], href), *_most_of_all(change, with_it[0][1]), Part(".")) if with_it else ()
        )
    said_with = [
        (Part(effect_said(measure, effect), href), Part(f" is {words}"), *_most_of_all(change, words)) for effect, words in with_it
    ]
    said_back = [(Part(f"{words} gave "), Part(effect_said(measure, effect), href), Part(" back")) for effect, words in back]
    start = (Part("Of the "), Part(size, figure_href(change)), Part(f"{unit_said(measure)}, "))
    clauses = [part for clause in (*said_with, *said_back) for part in (Part("; "), *clause)]
    return (*start, *clauses[1:], Part("."))


def _rate_words(change: Change) -> str:
    """What the rate effect is called, by whether it is for the better."""
    effects = change.effects
    assert effects is not None
    if change.measure.improvement == "neutral":
        return f"{'higher' if effects.rate > 0 else 'lower'} figures within each {noun_of(change.by)}"
    better = (effects.rate > 0) == (change.measure.improvement == "up")
    return f"{'better' if better else 'worse'} performance within each {noun_of(change.by)}"


def _mix_words(change: Change) -> str:
    return f"the mix of {_plural(noun_of(change.by))}"


def _volume_words(change: Change) -> str:
    effects = change.effects
    assert effects is not None
    return f"{'more' if effects.volume > 0 else 'fewer'} counted in all"


def _plural(noun: str) -> str:
    """The noun of several.

    >>> _plural("service"), _plural("kind of pathway"), _plural("priority"), _plural("sex")
    ('services', 'kinds of pathway', 'priorities', 'sexes')
    """
    first, *rest = noun.split(" of ")
    many = (
        f"{first[:-1]}ies"
        if first.endswith("y") and first[-2] not in "aeiou"
        else f"{first}es"
        if first[-1] in "sxh"
        else f"{first}s"
    )
    return " of ".join([many, *rest])


def _most_of_all(change: Change, words: str) -> Sentence:
    """Behind what rates did, the parts whose rates did most of it, and those whose rates took some of it back."""
    effects = change.effects
    assert effects is not None
    if words != _rate_words(change):
        return ()
    strong = _strongest(change, lambda one: one.rate, effects.rate)
    if not strong or len(change.parts) < 2:
        return ()
    against = _strongest(change, lambda one: one.rate, -effects.rate)
    found = (Part(", of which "), *listed(_named(change, strong, lambda one: one.rate)))
    return (*found, Part(", less "), *listed(_named(change, against, lambda one: one.rate))) if against else found


def _strongest(change: Change, of: Callable[[Effects], float], way: float) -> list[PartChange]:
    """The parts that did most of an effect, the way in which it went; those told of together are not named."""
    found = [one for one in change.parts if one.effects and not one.members and of(one.effects) * way > 0]
    found.sort(key=lambda one: -abs(of(one.effects) if one.effects else 0.0))
    return [one for one in found if one.effects and effect_said(change.measure, of(one.effects)).strip("0.")][:MOST_NAMED]


def _named(change: Change, parts: Sequence[PartChange], of: Callable[[Effects], float]) -> list[Sentence]:
    return [
        (Part(f"{one.title} "), Part(effect_said(change.measure, of(one.effects)), part_href(change, one)))
        for one in parts
        if one.effects
    ]


def _signed(measure: Measure, effect: float) -> str:
    return f"{'+' if effect > 0 else '−'}{effect_said(measure, effect)}"


def _the_strongest(change: Change, scope: Scope) -> Sentence:
    """Trauma and Orthopaedic did most, 0.5 points: from 58.0% to 55.1%, 1,203 of 2,183 in October 2026."""
    if not change.drivers or len(change.parts) < 2:
        return ()
    one = change.drivers[0]
    first, last = one.first, one.last
    if one.effects is None or not effect_said(change.measure, one.effects.total).strip("0."):
        return ()
    start = (
        Part(f"{one.title} did most of it, "), Part(effect_said(change.measure, one.effects.total), split_href(change)),
        Part(f"{unit_said(change.measure)}, mix and all: "),
    )  # fmt: skip
    href = part_href(change, one)
    if first is None or last is None or first.value is None or last.value is None:
        told = last if last and last.value is not None else first
        return (*start, Part(said(change.measure, told), href), Part(" in one of the two periods alone."))
    was, now = said(change.measure, first), said(change.measure, last)
    ends = (Part("from "), Part(was, href), Part(" to "), Part(now, href)) if was != now else (Part(now, href), Part(" in both"))
    return (*start, *ends, *_of_all(change, scope, one), Part("."))


def _of_all(change: Change, scope: Scope, one: PartChange) -> Sentence:
    """The two numbers of a part in the later period, which lead to their rows."""
    last = one.last
    if last is None or last.denominator is None or change.measure.kind not in ("share", "count"):
        return ()
    return (
        Part(", "), Part(amount(last.numerator), rows_href(change, scope, last, one)), Part(" of "),
        Part(amount(last.denominator), rows_href(change, scope, last, one, side="denominator")),
    )  # fmt: skip


def _in_people(change: Change, scope: Scope) -> Sentence:
    """In numbers: 120 fewer, 40 of it by volume, 10 by the mix, 70 by rates. For shares: their numerator."""
    amounts, first, last = change.on_numerator, change.first, change.last
    if change.measure.kind != "share" or amounts is None or first is None or last is None:
        return ()
    href = split_href(change)
    causes = [("volume", amounts.volume), ("the mix", amounts.mix), ("rates", amounts.rate)]
    parts = [(Part(f"{words} "), Part(_people_signed(effect), href)) for words, effect in causes]
    return (
        Part("In numbers, "), Part(amount(first.numerator), rows_href(change, scope, first)), Part(" became "),
        Part(amount(last.numerator), rows_href(change, scope, last)), Part(": "), *listed(parts), Part("."),
    )  # fmt: skip


def _people_signed(effect: float) -> str:
    size = number(abs(effect), 0 if abs(effect) >= 100 or float(effect).is_integer() else 1)
    return "0" if not size.strip("0.") else f"{'+' if effect > 0 else '−'}{size}"


def _most_of_it(change: Change) -> Sentence:
    """Most of all in Medicine (12) and Head and neck (8); Women and children went the other way (8)."""
    way = change.change or 0.0
    more, fewer = (_strongest(change, lambda one: one.total, sign) for sign in (way, -way))
    if len(change.parts) < 2 or not (more or fewer):
        return ()
    if not more:
        return (*listed(_named(change, fewer, lambda one: one.total)), Part(" went the other way."))
    found = (Part("Most of all "), *listed(_named(change, more, lambda one: one.total)))
    if not fewer:
        return (*found, Part("."))
    return (*found, Part("; "), *listed(_named(change, fewer, lambda one: one.total)), Part(" went the other way."))


def _own_changes(change: Change) -> Sentence:
    """A median is not a sum of parts; these moved most."""
    start = f"It is no sum of parts, so it has no split. Each {noun_of(change.by)} has its own change"
    strong = [one for one in change.parts if one.change and effect_said(change.measure, one.change).strip("0.")][:MOST_NAMED]
    if not strong:
        return (Part(f"{start}."),)
    named = [(Part(f"{one.title} "), Part(_signed(change.measure, one.change or 0.0), part_href(change, one))) for one in strong]
    return (Part(f"{start}, most of all "), *listed(named), Part(f"{unit_said(change.measure)}."))
