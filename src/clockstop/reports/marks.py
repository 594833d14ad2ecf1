"""Kite marks as they are shown: what the data say, with what people signed and audited, as frozen with a closed month."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from clockstop.answers import kite_marks
from clockstop.answers.desk import Desk
from clockstop.answers.kite_marks import Closing
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, series
from clockstop.dates import month_end
from clockstop.insight.kite_evidence import Audit, Evidence, Signature
from clockstop.insight.kite_mark import Mark, mark, mark_from
from clockstop.measures.catalogue import measure as measure_of
from clockstop.registers.data_quality import reading
from clockstop.registers.data_quality.reading import StandingSignOff
from clockstop.registers.validation import reading as validation
from clockstop.registers.validation.models import SAMPLE
from clockstop.rules.validation_outcomes import CHANGES
from clockstop.store.settings import readings

# A figure that was signed is another one from this difference on; sums of halves are exact far below it.
_SAME = 1e-9
Wanted = tuple[str, str, date]


@dataclass(frozen=True, kw_only=True)
class ShownMark:
    """A mark as it is shown: frozen where the month was signed or its return closed, with the mark as the data give it now."""

    mark: Mark
    now: Mark
    frozen_by: str = ""
    signed: StandingSignOff | None = None

    @property
    def has_moved(self) -> bool:
        """Whether later data would give another mark than the one that was frozen."""
        return self.mark.words != self.now.words


class Marks:
    """The marks that one reader sees at one time: what people wrote is read once."""

    def __init__(self, scope: Scope, opened: Desk) -> None:
        self._scope, self._opened = scope, opened
        self._readings = opened.kept_answer("readings in force", lambda: readings(opened.home))
        self._signed = reading.sign_offs(scope)
        self._samples: dict[str, tuple[Audit, ...]] | None = None
        self._closings: dict[tuple[str, date], Closing] = {}

    def shown(self, measure: str, trust: str, month: date) -> ShownMark:
        """The mark of one trust's month."""
        wanted = (measure, trust, month_end(month))
        signed = self._signed.get((trust, measure, wanted[2]))
        now = self._now(wanted, signed)
        if signed is not None:
            return ShownMark(mark=kite_marks.with_people(mark_from(signed.mark), now), now=now, frozen_by="signed", signed=signed)
        closed = self._closing(wanted).mark(measure)
        if closed is not None:
            return ShownMark(mark=kite_marks.with_people(closed, now), now=now, frozen_by="closed")
        return ShownMark(mark=now, now=now)

    def lowest(self, measure: str, trusts: Iterable[str], month: date) -> Mark | None:
        """The lowest mark of these trusts' month; None where the reader has none of them."""
        known = sorted(set(trusts) & self._scope.trusts & self._opened.manifest.trusts.keys())
        return min((self.shown(measure, trust, month).mark for trust in known), key=lambda one: (one.met, one.trust), default=None)

    def _now(self, wanted: Wanted, signed: StandingSignOff | None) -> Mark:
        """The mark as the data and what people wrote give it now; worked out once a snapshot where nobody wrote anything."""
        measure, trust, month = wanted
        found = kite_marks.evidence(self._scope, self._opened, measure, trust, month)
        samples = (*self._closing(wanted).audits, *self._audits(trust)) if measure_of(measure).is_of_clocks else ()
        if signed is None and not samples:
            kept: dict[str, Mark] = self._opened.kept_answer(("marks as data give them", trust, month), dict)
            if measure not in kept:
                kept[measure] = mark(found, self._readings)
            return kept[measure]
        return mark(self._with_people(found, signed, samples), self._readings)

    def _closing(self, wanted: Wanted) -> Closing:
        key = wanted[1:]
        if key not in self._closings:
            self._closings[key] = kite_marks.closing(self._scope, self._opened, *key)
        return self._closings[key]

    def _with_people(self, found: Evidence, signed: StandingSignOff | None, samples: tuple[Audit, ...]) -> Evidence:
        signature = Signature(by=signed.by, on=signed.at.date(), has_changed=self._has_changed(signed)) if signed else None
        return replace(found, signature=signature, audits=samples)

    def _has_changed(self, signed: StandingSignOff) -> bool:
        point = figure_of(self._scope, self._opened, signed.measure, signed.trust, signed.month)
        if point is None or point.is_hidden:
            return False
        pairs = ((point.numerator, signed.numerator), (point.denominator, signed.denominator), (point.value, signed.value))
        return any((now is None) != (then is None) or abs((now or 0.0) - (then or 0.0)) > _SAME for now, then in pairs)

    def _audits(self, trust: str) -> tuple[Audit, ...]:
        """The drawn samples of a trust's clocks that validators have checked."""
        if self._samples is None:
            self._samples = _samples(validation.outcomes(self._scope.trusts))
        return self._samples.get(trust, ())


def figure_of(scope, opened: Desk, measure: str, trust: str, month: date) -> Point | None:
    """The figure of a trust's month as it is known now."""
    found = series(scope, opened, measure, period_kind="month", where={"trust": trust})[0].points
    return next((point for point in found if month_end(point.period_end) == month_end(month)), None)


def _samples(outcomes) -> dict[str, tuple[Audit, ...]]:
    """By trust, an audit for each drawn sample: the clocks checked, and those found wrong."""
    found: dict[tuple[str, str], list[dict]] = {}
    for row in outcomes.select(["trust", "source", "sample", "code", "at"]).to_pylist():
        if row["source"] == SAMPLE:
            found.setdefault((row["trust"], row["sample"]), []).append(row)
    audits: dict[str, tuple[Audit, ...]] = {}
    for (trust, _name), rows in found.items():
        wrong = sum(row["code"] in CHANGES for row in rows)
        last = max(row["at"] for row in rows).date()
        audit = Audit(what="A drawn sample of clocks was checked", on=last, checked=len(rows), wrong=wrong)
        audits[trust] = (*audits.get(trust, ()), audit)
    return audits
