"""The kite mark of a measure and month: six dimensions, each met, partly met, not met or not known, with a sentence that says why.

The dimensions are those of operations.md 6.8. Nobody publishes a scheme for them: this one is ours, and its thresholds are readings
(`kite_...`, rules/readings.py). What is not known is never graded: a dimension is met only where every part of it is known and met,
and a part that fails outweighs one that is not known. The mark counts the dimensions that are met; there is no overall grade.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from clockstop.dates import add_months, in_words
from clockstop.insight.kite_evidence import Evidence, Feed, Method
from clockstop.measures.suppress import is_small
from clockstop.rules.readings import Readings

Dimension = Literal["source", "timeliness", "completeness", "sign_off", "audit", "method"]
Grade = Literal["met", "partly met", "not met", "not known"]
RuleKind = Literal["completeness", "validity", "timeliness", "uniqueness", "consistency"]
# The worst first: a dimension takes the worst of its parts.
GRADES: tuple[Grade, ...] = ("not met", "partly met", "not known", "met")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A dimension: its name, and what it asks."""

    title: str
    question: str


DIMENSIONS: dict[Dimension, Asked] = {
    "source": Asked(
        title="Source",
        question="Do the figures come from every system that records the care, and are its records right: few refused at the "
        "door, few that break a rule of validity, uniqueness or consistency?",
    ),
    "timeliness": Asked(title="Timeliness", question="Was the month known soon after its end, and were records made in time?"),
    "completeness": Asked(
        title="Completeness", question="Do the extracts cover every day of the month, and are the cells that count filled in?"
    ),
    "sign_off": Asked(title="Sign-off", question="Has somebody who answers for the figure signed it as right?"),
    "audit": Asked(title="Audit", question="Has the figure been checked against its records, by a sample or by a closed return?"),
    "method": Asked(title="Method", question="Is the measure counted by a written national rule, with no local reading of it?"),
}
RIGHTNESS: frozenset[str] = frozenset({"validity", "uniqueness", "consistency"})


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing that a dimension rests on: its grade, its sentence, and what its rows lie under (`rule:` or `dataset:`)."""

    grade: Grade
    says: str
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A dimension's grade with its sentence; `about` names what lies behind it."""

    dimension: Dimension
    grade: Grade
    why: str
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The mark of a measure, month and trust."""

    measure: str
    trust: str
    month: date
    answers: tuple[Answer, ...]

    @property
    def met(self) -> int:
        """How many dimensions are met."""
        return self.number("met")

    def number(self, grade: Grade) -> int:
        """How many dimensions have the grade."""
        return sum(answer.grade == grade for answer in self.answers)

    @property
    def words(self) -> str:
        """The mark in words: how many dimensions are met, and how many are not known."""
        unknown = self.number("not known")
        return f"{self.met} of {len(self.answers)} met" + (f", {unknown} not known" if unknown else "")

    def as_dict(self) -> dict[str, Any]:
        """The mark ready for JSON, as it is frozen with a month."""
        return {
            "measure": self.measure,
            "trust": self.trust,
            "month": self.month.isoformat(),
            "answers": [vars(answer) for answer in self.answers],
        }


def mark_from(kept: Mapping[str, Any]) -> Mark:
    """The mark that `as_dict` gave."""
    answers = tuple(Answer(**answer) for answer in kept["answers"])
    return Mark(measure=kept["measure"], trust=kept["trust"], month=date.fromisoformat(kept["month"]), answers=answers)


def mark(found: Evidence, readings: Readings) -> Mark:
    """The mark that the evidence gives."""
    parts: dict[Dimension, list[Part]] = {
        "source": [*_sent(found), *_refused(found, readings), _worst(found, RIGHTNESS, "validity", readings)],
        "timeliness": [*_known_in_time(found, readings), *_judged_only(found, "timeliness", readings)],
        "completeness": [*_covered(found), _worst(found, {"completeness"}, "completeness", readings)],
        "sign_off": [_signed(found)],
        "audit": [_audited(found, readings)],
        "method": [_method(found.method)],
    }
    answers = tuple(_answer(dimension, parts[dimension]) for dimension in DIMENSIONS)
    return Mark(measure=found.measure, trust=found.trust, month=found.month, answers=answers)


def _answer(dimension: Dimension, parts: Sequence[Part]) -> Answer:
    """The worst grade of the parts, with the sentences of those that have it, two at the most."""
    if not parts:
        return Answer(dimension=dimension, grade="not known", why="Nothing is known of it.")
    grade = min((part.grade for part in parts), key=GRADES.index)
    chosen = [part for part in parts if part.grade == grade]
    more = len(chosen) - 2 if grade != "met" else 0
    why = " ".join(part.says for part in chosen[:2]) + (f" And {_count(more, 'more reason')}." if more > 0 else "")
    about = next((part.about for part in chosen if part.about), "")
    return Answer(dimension=dimension, grade=grade, why=why, about=about)


def _sent(found: Evidence) -> list[Part]:
    if not found.feeds:
        return [Part(grade="not known", says="No dataset is known from which it is counted.")]
    missing = [feed for feed in found.feeds if not feed.is_sent]
    if len(missing) == len(found.feeds):
        return [Part(grade="not met", says=f"Nothing was sent: {_listed(feed.title for feed in missing)}.")]
    if missing:
        return [Part(grade="partly met", says=f"Not sent: {_listed(feed.title for feed in missing)}.")]
    return [Part(grade="met", says=f"Every dataset was sent: {_listed(feed.title for feed in found.feeds)}.")]


def _refused(found: Evidence, readings: Readings) -> list[Part]:
    """The dataset of whose rows the largest share was refused."""
    read = [feed for feed in found.feeds if feed.read]
    if not read:
        return []
    worst = max(read, key=lambda feed: feed.refused / feed.read)
    share = worst.refused / worst.read
    says = f"Loading refused {_of(worst.refused, worst.read, 'rows')} of {worst.title}."
    if not worst.refused:
        says = "Loading refused no row."
    grade = _graded(share, readings.kite_refused_per_thousand, readings)
    return [Part(grade=grade, says=says, about=f"dataset:{worst.dataset}" if worst.refused else "")]


def _worst(found: Evidence, kinds: Iterable[str], word: str, readings: Readings) -> Part:
    """The rule of these kinds that the largest share of the month's records fails; not known where none could be judged."""
    parts = _judged_only(found, word, readings, kinds=kinds)
    if parts:
        return parts[0]
    said = (
        "This snapshot was made before rules were counted." if found.tallies is None else f"No rule of {word} judged its records."
    )
    return Part(grade="not known", says=said)


def _judged_only(found: Evidence, word: str, readings: Readings, *, kinds: Iterable[str] | None = None) -> list[Part]:
    wanted = frozenset(kinds or {word})
    judged = [one for one in found.tallies or () if one.kind in wanted and one.says_something(readings.kite_fewest_judged)]
    if not judged:
        return []
    worst = max(judged, key=lambda one: (one.failed / one.judged, one.rule))
    share = worst.failed / worst.judged
    if not worst.failed:
        return [Part(grade="met", says=f"No record fails the {_count(len(judged), 'rule')} of {word} that could judge it.")]
    says = f"“{worst.title}” holds for {_of(worst.failed, worst.judged, f'{worst.unit} of the month')}"
    says += f", the worst of {len(judged)} rules." if len(judged) > 1 else "."
    return [Part(grade=_graded(share, readings.kite_failed_per_thousand, readings), says=says, about=f"rule:{worst.rule}")]


def _known_in_time(found: Evidence, readings: Readings) -> list[Part]:
    dated = [feed for feed in found.feeds if feed.is_sent and not feed.is_standing]
    if not dated:
        return []
    parts = [_month_known(feed, found, readings) for feed in dated]
    worst = min((part.grade for part in parts), key=GRADES.index)
    if worst != "met":
        return [part for part in parts if part.grade == worst]
    if found.month > found.as_of:
        return [Part(grade="met", says=f"The month is not over; every extract reaches {in_words(found.as_of)} or the days before.")]
    last = max(feed.known_on for feed in dated if feed.known_on)
    days = max(0, (last - found.month).days)
    return [Part(grade="met", says=f"All of the month was known by {in_words(last)}, {_count(days, 'day')} after its end.")]


def _month_known(feed: Feed, found: Evidence, readings: Readings) -> Part:
    about = f"dataset:{feed.dataset}"
    if feed.newest is None:
        return Part(grade="not known", says=f"{feed.title}: nobody knows what day its extracts show.", about=about)
    ends = f"{feed.title} ends on {in_words(feed.newest)}"
    if found.month > found.as_of:
        is_late = (found.as_of - feed.newest).days > readings.extract_stale_days
        return Part(grade="not met" if is_late else "met", says=f"{ends}.", about=about)
    if feed.known_on is None:
        return Part(grade="not met", says=f"{ends}, before the month does.", about=about)
    return _first_known(feed, feed.known_on, found, readings)


def _first_known(feed: Feed, known_on: date, found: Evidence, readings: Readings) -> Part:
    """Whether a month that is over was known soon; of one that was over long before the first load came nobody knows."""
    about, late = f"dataset:{feed.dataset}", (known_on - found.month).days
    says = f"{feed.title}: the whole month was first known on {in_words(known_on)}, {_count(late, 'day')} after its end."
    if late <= readings.kite_on_time_days:
        return Part(grade="met", says=says, about=about)
    if feed.first_on == known_on:
        first = f"{feed.title} was first loaded on {in_words(known_on)}, so nobody knows when the month was known before."
        return Part(grade="not known", says=first, about=about)
    is_partly = late <= readings.kite_on_time_days * readings.kite_partly_times
    return Part(grade="partly met" if is_partly else "not met", says=says, about=about)


def _covered(found: Evidence) -> list[Part]:
    """Which days of the month, up to the as-of day, no extract of a dataset tells of; the dataset with the most of them."""
    first, last = found.month.replace(day=1), min(found.month, found.as_of)
    if not any(feed.is_sent for feed in found.feeds):
        return [Part(grade="not known", says="Nothing was sent that could cover its days.")]
    dated = [feed for feed in found.feeds if feed.is_sent and not feed.is_standing]
    if not dated or last < first:
        return []
    holes = {feed: days_not_covered(feed.covered, first, last) for feed in dated}
    worst = max(dated, key=lambda feed: len(holes[feed]))
    missing, days = holes[worst], (last - first).days + 1
    if not missing:
        return [Part(grade="met", says="The extracts cover every day.")]
    says = f"{worst.title} covers {days - len(missing)} of {days} days: nothing of {_spans(missing)}."
    about = f"dataset:{worst.dataset}"
    return [Part(grade="partly met" if len(missing) * 10 <= days else "not met", says=says, about=about)]


def _signed(found: Evidence) -> Part:
    if found.signature is not None:
        signed = f"{found.signature.by} signed it on {in_words(found.signature.on)}"
        if found.signature.has_changed:
            return Part(grade="partly met", says=f"{signed}; the figure has changed since.")
        return Part(grade="met", says=f"{signed}.")
    if found.month > found.as_of:
        return Part(grade="not known", says="The month is not over, so nobody can have signed it.")
    return Part(grade="not met", says="Nobody has signed it.")


def _audited(found: Evidence, readings: Readings) -> Part:
    since = add_months(min(found.month, found.as_of), -readings.kite_audit_months)
    known = [audit for audit in found.audits if audit.on > since]
    if not known:
        return Part(grade="not known", says=f"No audit of the last {_count(readings.kite_audit_months, 'month')} is known.")
    last = max(known, key=lambda audit: audit.on)
    few = "fewer than 5" if last.counts_people and is_small(last.wrong, "k5") else f"{last.wrong:,}"
    says = f"{last.what} on {in_words(last.on)}: {few} of {last.checked:,} wrong."
    share = last.wrong / last.checked if last.checked else 0.0
    return Part(grade=_graded(share, readings.kite_failed_per_thousand, readings), says=says)


def _method(method: Method) -> Part:
    if not method.rules or method.unworded:
        which = _listed(method.unworded) if method.unworded else "none"
        return Part(grade="partly met", says=f"It is defined here, and a rule that it names has no wording yet: {which}.")
    if method.changed_readings:
        named = _listed(method.changed_readings)
        return Part(
            grade="partly met", says=f"Counted by {_listed(method.rules)}, with readings that this site has changed: {named}."
        )
    return Part(grade="met", says=f"Counted by {_listed(method.rules)}, with no reading of this site’s own.")


def days_not_covered(covered: Sequence[tuple[date, date]], first: date, last: date) -> list[date]:
    """The days from `first` to `last`, both in, that lie in none of the spans.

    >>> days_not_covered([(date(2026, 10, 1), date(2026, 10, 3))], date(2026, 10, 2), date(2026, 10, 5))
    [datetime.date(2026, 10, 4), datetime.date(2026, 10, 5)]
    """
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if not any(begin <= day <= end for begin, end in covered)]


def _graded(share: float, per_thousand: int, readings: Readings) -> Grade:
    if share * 1000 <= per_thousand:
        return "met"
    return "partly met" if share * 1000 <= per_thousand * readings.kite_partly_times else "not met"


def _spans(days: Sequence[date]) -> str:
    """Days in words, neighbours together, the first two spans."""
    spans: list[list[date]] = []
    for day in days:
        if spans and (day - spans[-1][-1]).days == 1:
            spans[-1].append(day)
        else:
            spans.append([day])
    said = [in_words(one[0]) if len(one) == 1 else f"{in_words(one[0])} to {in_words(one[-1])}" for one in spans]
    return " and ".join(said[:2]) + (f" and {_count(len(said) - 2, 'more span')}" if said[2:] else "")


def _of(few: int, every: int, noun: str) -> str:
    """A part of a whole in words; counts too small to leave the trust are not said, as the mark is for every reader."""
    if is_small(few, "k5") and not noun.startswith(("days", "files")):
        return f"fewer than 5 of {every:,} {noun}"
    return f"{_percent(few / every)} of {every:,} {noun} ({few:,})"


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 or not share else "under 0.1%"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:4]) + (f" and {len(found) - 4} more" if found[4:] else "")
