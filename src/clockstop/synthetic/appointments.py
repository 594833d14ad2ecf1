"""The outpatient appointments of each period: kept, missed, moved and to come."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER, Pathways, Route
from clockstop.synthetic.periods import CLINIC, Ending, Opening, Periods
from clockstop.synthetic.working_calendar import Calendar

MOST_VISITS = 3
REMOTE_SHARE = 0.2
NOT_COMMUNICATED_SHARE = 0.006


@dataclass(frozen=True)
class Appointments:
    """Parallel arrays, one entry an appointment; `after` is the day before which it cannot have been booked.

    `outcome` is the attendance code; `status` the RTT status (0 for none); `known` the day from which its outcome is recorded.
    """

    pathway: NDArray[np.int32]
    day: NDArray[np.int32]
    booked: NDArray[np.int32]
    known: NDArray[np.int32]
    cancelled: NDArray[np.int32]
    outcome: NDArray[np.int8]
    first: NDArray[np.int8]
    status: NDArray[np.int8]
    next_step: NDArray[np.int8]
    is_communicated: NDArray[np.bool_]
    rebook_contact: NDArray[np.int32]
    clinician_offer: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.day)

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Appointments":
        return Appointments(*(getattr(self, column.name)[chosen] for column in fields(self)))


@dataclass(frozen=True)
class Visits:
    """What the appointments of the periods leave behind: whether each was seen, and on which day last before its end."""

    appointments: Appointments
    has_attended: NDArray[np.bool_]
    last_seen: NDArray[np.int32]


def visits(
    trust: Trust, own: Pathways, periods: Periods, *, letters: NDArray[np.bool_], days: Calendar, rng: np.random.Generator
) -> Visits:
    """The appointments of the periods. `letters` marks the periods whose stop is agreed by letter, so that no clinic shows it."""
    parts: list[Appointments] = []
    maker = _Maker(trust, own, periods, days, rng)
    before, has_attended = periods.seen.copy(), np.zeros(len(periods), dtype=bool)
    before, has_attended = maker.opened_in_clinic(parts, before, has_attended)
    wanted = maker.wanted_visits()
    reach = np.sort(rng.beta(1.6, 1.4, (len(periods), MOST_VISITS)), axis=1)
    for place in range(MOST_VISITS):
        day = days.rolled((periods.seen + reach[:, place] * (periods.end - periods.seen)).astype(np.int32))
        fits = (place < wanted) & (day > before) & (day < periods.end)
        maker.moved(parts, fits, before, day, has_attended)
        maker.attended(parts, fits, before, day, has_attended, status=maker.running_status(has_attended))
        before, has_attended = np.where(fits, day, before), has_attended | fits
    last_seen = before
    stops = np.isin(periods.ending, CLINIC) & ~letters
    maker.moved(parts, stops & (periods.end > before), before, periods.end, has_attended)
    maker.attended(parts, stops, before, periods.end, has_attended, status=periods.status)
    maker.missed_last(parts, before, has_attended)
    maker.missed_first(parts)
    maker.administrative(parts)
    maker.followed_up(parts, stops)
    return Visits(_concatenated(parts), has_attended, last_seen)


class _Maker:
    """Appends the appointments of one kind at a time; it only carries what every kind needs."""

    def __init__(self, trust: Trust, own: Pathways, periods: Periods, days: Calendar, rng: np.random.Generator) -> None:
        self.trust, self.own, self.periods, self.days, self.rng = trust, own, periods, days, rng
        self.route = own.route[periods.pathway]
        self.is_referred = np.isin(periods.opening, [Opening.referral, Opening.re_referral, Opening.rebook])

    def wanted_visits(self) -> NDArray[np.int64]:
        """How many visits before the end; one at least where the end needs an earlier one."""
        waited = self.periods.end - self.periods.seen
        wanted = self.rng.poisson(np.clip(waited / 110, 0, 1.6))
        needs_one = np.isin(self.periods.ending, [Ending.admitted, Ending.missed, Ending.transferred, Ending.not_admitted])
        wanted = np.where(self.is_referred & needs_one, np.maximum(wanted, 1), wanted)
        wanted = np.where(self.is_referred, wanted, np.minimum(wanted, 1))
        return np.where(self.periods.ending == Ending.nullified, 0, np.minimum(wanted, MOST_VISITS))

    def running_status(self, has_attended: NDArray[np.bool_]) -> NDArray[np.int8]:
        """10 for the first activity of a referral's period (12 for a separate condition), else 20."""
        is_first = (
            ~has_attended & np.isin(self.periods.opening, [Opening.referral, Opening.re_referral]) & (self.route != Route.transfer)
        )
        first = np.where(self.route == Route.separate_condition, 12, 10)
        return np.where(is_first, first, 20).astype(np.int8)

    def opened_in_clinic(self, parts, before, has_attended):
        """The attendance with status 11 that starts a new clock after active monitoring."""
        opens = self.periods.opening == Opening.status_11
        booked_after = np.where(opens, self.periods.start - 90, before)
        status = np.full(len(opens), 11, dtype=np.int8)
        self.attended(parts, opens, booked_after, self.periods.start, np.ones(len(opens), dtype=bool), status=status)
        return before, has_attended | opens

    def attended(self, parts, fits, before, day, has_attended, *, status):
        """A kept appointment; one in twenty came late but was seen."""
        late = self.rng.random(len(fits)) < 0.05
        outcome = np.where(late, 6, 5)
        next_step = np.where(np.isin(status, [34, 35]), 1, np.where(self.rng.random(len(fits)) < 0.7, 2, 3))
        parts.append(self._rows(fits, before, day, has_attended, outcome=outcome, status=status, next_step=next_step))

    def moved(self, parts, fits, before, day, has_attended):
        """An earlier slot that was cancelled, or missed where the patient had been seen before."""
        draw, place = self.rng.random(len(fits)), self.rng.uniform(0.2, 0.9, len(fits))
        slot = self.days.rolled((before + place * (day - before)).astype(np.int32))
        fits = fits & (slot > before) & (slot < day)
        cancels = fits & (draw < self.trust.cancelled)
        by_patient = self.rng.random(len(fits)) < 0.55
        outcome = np.where(by_patient, 2, 4)
        ahead = self.rng.integers(0, 15, len(fits))
        cancelled = np.maximum(slot - ahead, before + 1)
        parts.append(self._rows(cancels, before, slot, has_attended, outcome=outcome, cancelled=cancelled))
        missed = fits & ~cancels & has_attended & (draw < self.trust.cancelled + self.trust.missed)
        outcome = np.where(self.rng.random(len(fits)) < 0.1, 7, 3)
        parts.append(self._rows(missed, before, slot, has_attended, outcome=outcome, next_step=np.full(len(fits), 2)))
        unheard = fits & ~has_attended & self.is_referred & (draw > 1 - NOT_COMMUNICATED_SHARE)
        told = np.zeros(len(fits), dtype=bool)
        parts.append(self._rows(unheard, before, slot, has_attended, outcome=np.full(len(fits), 3), is_communicated=told))

    def missed_last(self, parts, before, has_attended):
        """The missed appointment after which the patient was discharged, some days before the end."""
        ends = self.periods.ending == Ending.missed
        slot = self.days.rolled(np.maximum(before + 1, self.periods.end - 9))
        fits = ends & (slot > before) & (slot <= self.periods.end) & has_attended
        parts.append(self._rows(fits, before, slot, has_attended, outcome=np.full(len(fits), 3)))

    def missed_first(self, parts):
        """The missed first appointment that nullifies the clock, and what the patient or the clinician did then."""
        fits = self.periods.ending == Ending.nullified
        parts.append(
            self._rows(fits, self.periods.seen, self.periods.end, np.zeros(len(fits), dtype=bool), outcome=np.full(len(fits), 3))
        )

    def administrative(self, parts):
        """A stop by phone or letter, recorded as an appointment of first-attendance code 5."""
        fits = self.periods.ending == Ending.administrative
        rows = self._rows(fits, self.periods.end, self.periods.end, fits, outcome=np.full(len(fits), 5), status=self.periods.status)
        rows.first[:] = 5
        parts.append(rows)

    def followed_up(self, parts, stops):
        """Visits after treatment (90) and during active monitoring (91); none within 30 days, where a second period may start."""
        treated = np.isin(self.periods.ending, [Ending.treated, Ending.admitted]) & (self.periods.opening != Opening.second_side)
        watched = (self.periods.ending == Ending.monitored) & stops
        draw = self.rng.random(len(treated))
        fits = (treated & (draw < 0.3)) | (watched & (draw < 0.7))
        day = self.days.rolled((self.periods.end + self.rng.integers(20, 56, len(treated))).astype(np.int32))
        status = np.where(watched, 91, 90).astype(np.int8)
        self.attended(parts, fits, self.periods.end, day, np.ones(len(treated), dtype=bool), status=status)

    def _rows(self, fits, before, day, has_attended, *, outcome, status=None, next_step=None, cancelled=None, is_communicated=None):
        number = int(fits.sum())
        day, before = day[fits].astype(np.int32), before[fits]
        lead = self.rng.gamma(2.0, 18.0, number).astype(np.int32)
        never = np.full(number, NEVER, dtype=np.int32)
        late = np.where(self.rng.random(number) < self.trust.late_entry, self.rng.integers(1, 12, number), 0)
        cancelled = never if cancelled is None else cancelled[fits].astype(np.int32)
        booked = np.minimum(np.maximum(before, day - lead), cancelled).astype(np.int32)
        is_remote = self.rng.random(number) < REMOTE_SHARE
        first = np.where(has_attended[fits], 2, 1) + np.where(is_remote, 2, 0)
        return Appointments(
            self.periods.pathway[fits], day, booked, (np.minimum(day, cancelled) + late).astype(np.int32), cancelled,
            outcome[fits].astype(np.int8), first.astype(np.int8),
            np.zeros(number, dtype=np.int8) if status is None else status[fits].astype(np.int8),
            np.zeros(number, dtype=np.int8) if next_step is None else next_step[fits].astype(np.int8),
            np.ones(number, dtype=bool) if is_communicated is None else is_communicated[fits], never, never.copy(),
        )  # fmt: skip


def with_rebooking(found: Appointments, firsts: Periods, seconds: Periods, rng: np.random.Generator) -> Appointments:
    """The appointments with the day of contact or offer on each missed first appointment that was followed by a second period."""
    rebooked = seconds.opening == Opening.rebook
    starts = np.full(int(firsts.pathway.max(initial=-1)) + 1, NEVER, dtype=np.int32)
    starts[seconds.pathway[rebooked]] = seconds.start[rebooked]
    ends = np.full(len(starts), NEVER, dtype=np.int32)
    nullified = firsts.ending == Ending.nullified
    ends[firsts.pathway[nullified]] = firsts.end[nullified]
    rows = np.flatnonzero((found.outcome == 3) & (found.day == ends[found.pathway]) & (starts[found.pathway] < NEVER))
    by_clinician = rng.random(len(rows)) < 0.35
    found.clinician_offer[rows[by_clinician]] = starts[found.pathway[rows[by_clinician]]]
    found.rebook_contact[rows[~by_clinician]] = starts[found.pathway[rows[~by_clinician]]]
    return found


def _concatenated(parts: list[Appointments]) -> Appointments:
    return Appointments(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Appointments)))
