"""The diagnostic requests and appointments of a made-up trust, drawn to their end from its pathways and its people."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.national_dm01 import NATIONAL_TESTS, TESTS_AN_OPEN_PATHWAY, WEEKS_IN_MONTH, NationalTest, drawn_days
from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import History

Days = NDArray[np.int32]
TESTS = tuple(NATIONAL_TESTS)
IMAGING = ("MRI", "CT", "NON_OBSTETRIC_ULTRASOUND", "DEXA_SCAN", "BARIUM_ENEMA")
# The order system's extract reaches so far back, and planned tests so far ahead.
DAYS_SENT, DAYS_AHEAD = 400, 365
# Waits begun in a week, for each in the first band of the list; the rest of those that begin are resets.
BEGUN_BY_REQUEST = 1.13
KINDS = ("waiting_list", "planned", "unscheduled")
WAITING_LIST, PLANNED, UNSCHEDULED = range(3)
SOURCES = ("consultant", "gp", "other")
EXCLUSIONS = ("screening", "obstetric", "therapeutic", "private", "inpatient", "emergency")
OUTCOMES = ("done", "dna", "patient_cancelled", "provider_cancelled", "equipment_failure", "unfit", "abandoned", "refused")
DONE, DNA, PATIENT_CANCELLED, PROVIDER_CANCELLED, EQUIPMENT, UNFIT, ABANDONED, REFUSED = range(8)
# The services whose patients have each test, by how often.
ASKED_BY = {
    "MRI": ("110", "150", "100", "400"), "CT": ("340", "101", "100", "300"),
    "NON_OBSTETRIC_ULTRASOUND": ("100", "502", "101", "301"),
    "BARIUM_ENEMA": ("100", "104"), "DEXA_SCAN": ("410", "110", "430"), "AUDIOLOGY_ASSESSMENTS": ("120", "215"),
    "ECHOCARDIOGRAPHY": ("320", "300", "340"), "ELECTROPHYSIOLOGY": ("320",), "PERIPHERAL_NEUROPHYS": ("400", "110"),
    "SLEEP_STUDIES": ("340", "120"), "URODYNAMICS": ("101", "502"), "COLONOSCOPY": ("301", "104", "100"),
    "FLEXI_SIGMOIDOSCOPY": ("104", "301", "100"), "CYSTOSCOPY": ("101",), "GASTROSCOPY": ("301", "106", "100"),
}  # fmt: skip
GP_SHARE = {"NON_OBSTETRIC_ULTRASOUND": 0.45, "MRI": 0.2, "CT": 0.12, "DEXA_SCAN": 0.5, "AUDIOLOGY_ASSESSMENTS": 0.6,
            "ECHOCARDIOGRAPHY": 0.3, "GASTROSCOPY": 0.25}  # fmt: skip
OTHER_SHARE, REMOVED_SHARE, TWIN_SHARE, NO_DUE_DATE_SHARE = 0.04, 0.05, 0.006, 0.015
REFUSED_ONCE, REFUSED_TWICE, REFUSED_SHORT = 0.022, 0.008, 0.01
MOST_ROUNDS = 5


@dataclass(frozen=True)
class Requests:
    """Parallel arrays, one entry a request; `pathway` is -1 where it belongs to none, `exclusion` where it is counted."""

    test: NDArray[np.int8]
    kind: NDArray[np.int8]
    source: NDArray[np.int8]
    exclusion: NDArray[np.int8]
    pathway: NDArray[np.int32]
    person: NDArray[np.int32]
    made: Days
    due: Days
    vetted: Days
    reported: Days
    removed: Days
    done: Days
    is_twin: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.made)

    def only(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> "Requests":
        return Requests(*(getattr(self, column.name)[chosen] for column in fields(self)))


@dataclass(frozen=True)
class Bookings:
    """Parallel arrays, one entry an appointment; `told` is the day of the cancelling or refusing (NEVER for the others)."""

    request: NDArray[np.int32]
    day: Days
    offered: Days
    outcome: NDArray[np.int8]
    told: Days

    def __len__(self) -> int:
        return len(self.day)

    @property
    def effect(self) -> Days:
        """The day on which the outcome is known."""
        return np.where(self.told < NEVER, self.told, self.day).astype(np.int32)


@dataclass(frozen=True)
class Resets:
    """Each time that a wait began again: the request, the day on which that took effect, and the new start."""

    request: NDArray[np.int32]
    effect: Days
    start: Days


@dataclass(frozen=True)
class Diagnostics:
    """All of a trust's requests, with what became of them."""

    requests: Requests
    bookings: Bookings
    resets: Resets
    until: int


def diagnostics_of(found: History, rng: np.random.Generator) -> Diagnostics:
    """The records of one trust; the same generator gives the same records."""
    until = int(found.own.start.max())
    own = found.own
    open_now = int(np.count_nonzero((own.start <= until) & (own.end > until)))
    size = open_now * TESTS_AN_OPEN_PATHWAY / sum(test.open for test in NATIONAL_TESTS.values())
    parts = [part for place in range(len(TESTS)) for part in _of_test(found, place, size, until, rng)]
    requests = Requests(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Requests)))
    requests = _each_once(requests)
    requests, bookings, resets = _Course(found.trust, requests, until, rng).run()
    return Diagnostics(_with_steps(_with_twins(requests, rng), rng), bookings, resets, until)


def _of_test(found: History, place: int, size: float, until: int, rng: np.random.Generator) -> list[Requests]:
    """The requests of one test, of each kind."""
    national = NATIONAL_TESTS[TESTS[place]]
    weeks = DAYS_SENT / 7 + 20
    entered = rng.poisson(national.entries_a_week * size * BEGUN_BY_REQUEST * weeks)
    planned = rng.poisson(1.3 * national.planned / WEEKS_IN_MONTH * size * (weeks + DAYS_AHEAD / 7))
    unscheduled = rng.poisson(national.unscheduled / WEEKS_IN_MONTH * size * DAYS_SENT / 7)
    return [
        _asked(found, place, entered, until, rng),
        _planned(found, place, planned, until, rng),
        _unscheduled(found, place, unscheduled, until, rng),
    ]


def _asked(found: History, place: int, number: int, until: int, rng: np.random.Generator) -> Requests:
    """Requests for the waiting list: of patients on a pathway of a service that asks for the test, and of GPs directly."""
    test = TESTS[place]
    direct = rng.binomial(number, min(GP_SHARE.get(test, 0.05) + OTHER_SHARE, 1))
    pathway, made = _on_pathways(found, ASKED_BY[test], number - direct, until, rng)
    # Whoever does not find a pathway is asked for directly too.
    direct = number - len(pathway)
    person = np.concatenate([found.own.person[pathway], rng.integers(0, found.persons.mortal_from, direct)])
    made = np.concatenate([made, _spread(direct, until, rng)])
    source = np.concatenate([np.zeros(len(pathway)), np.where(rng.random(direct) < 0.9, 1, 2)])
    rows = _blank(
        place, WAITING_LIST, pathway=np.concatenate([pathway, np.full(direct, -1)]), person=person, made=made, source=source
    )
    exclusion = rng.choice([-1, 0, 1, 2, 3], number, p=_excluded(test))
    return Requests(**{**_columns(rows), "exclusion": exclusion.astype(np.int8)})


def _excluded(test: str) -> NDArray[np.float64]:
    screening, obstetric = (0.05 if test == "COLONOSCOPY" else 0.0), (0.05 if test == "NON_OBSTETRIC_ULTRASOUND" else 0.0)
    shares = np.array([screening, obstetric, 0.008, 0.004])
    return np.concatenate([[1 - shares.sum()], shares])


def _on_pathways(
    found: History, services: tuple[str, ...], number: int, until: int, rng: np.random.Generator
) -> tuple[NDArray[np.int32], Days]:
    """Up to so many pathways of those services, and a day of each pathway's first clock on which a test was asked for."""
    own = found.own
    numbers = [found.trust.services.index(code) for code in services if code in found.trust.services]
    reach = rng.beta(1.2, 2.4, len(own))
    day = _worked((own.received + 3 + reach * (np.minimum(own.end, until) - own.received)).astype(np.int32))
    fits = np.isin(own.service, numbers) & (day < own.end) & (day > until - DAYS_SENT - 140) & (day <= until)
    candidates = np.flatnonzero(fits)
    chosen = rng.permutation(candidates)[:number]
    return chosen.astype(np.int32), day[chosen]


def _spread(number: int, until: int, rng: np.random.Generator) -> Days:
    """Days on which tests are asked for directly: working days of the window, and of the weeks before it."""
    days = rng.integers(until - DAYS_SENT - 140, until + 1, number)
    return np.minimum(_worked(days.astype(np.int32)), until).astype(np.int32)


def _planned(found: History, place: int, number: int, until: int, rng: np.random.Generator) -> Requests:
    """Surveillance: each due a year or three after it was asked for."""
    pathway, _day = _on_pathways(found, ASKED_BY[TESTS[place]], number, until, rng)
    direct = number - len(pathway)
    person = np.concatenate([found.own.person[pathway], rng.integers(0, found.persons.mortal_from, direct)])
    due = _worked(rng.integers(until - DAYS_SENT - 140, until + DAYS_AHEAD, number).astype(np.int32))
    made = _worked((due - rng.choice([182, 365, 1095], number, p=[0.4, 0.45, 0.15])).astype(np.int32))
    made = np.minimum(made, until).astype(np.int32)
    rows = _blank(place, PLANNED, pathway=np.concatenate([pathway, np.full(direct, -1)]), person=person, made=made)
    return Requests(**{**_columns(rows), "due": due})


def _unscheduled(found: History, place: int, number: int, until: int, rng: np.random.Generator) -> Requests:
    """Tests of inpatients and in emergencies, done on the day or the day after."""
    person = rng.integers(0, found.persons.mortal_from, number)
    made = rng.integers(until - DAYS_SENT, until + 1, number).astype(np.int32)
    rows = _blank(place, UNSCHEDULED, pathway=np.full(number, -1), person=person, made=made)
    exclusion = np.where(rng.random(number) < 0.55, EXCLUSIONS.index("inpatient"), EXCLUSIONS.index("emergency"))
    return Requests(**{**_columns(rows), "exclusion": exclusion.astype(np.int8)})


def _blank(place: int, kind: int, *, pathway: NDArray, person: NDArray, made: NDArray, source: NDArray | None = None) -> Requests:
    """Requests of one test and kind, with nothing known of what became of them."""
    number = len(made)
    asked_by = np.zeros(number) if source is None else source

    def never() -> Days:
        return np.full(number, NEVER, dtype=np.int32)

    return Requests(
        test=np.full(number, place, dtype=np.int8), kind=np.full(number, kind, dtype=np.int8), source=asked_by.astype(np.int8),
        exclusion=np.full(number, -1, dtype=np.int8), pathway=pathway.astype(np.int32), person=person.astype(np.int32),
        made=made.astype(np.int32), due=never(), vetted=never(), reported=never(), removed=never(), done=never(),
        is_twin=np.zeros(number, dtype=np.bool_),
    )  # fmt: skip


def _columns(rows: Requests) -> dict[str, NDArray]:
    return {column.name: getattr(rows, column.name) for column in fields(rows)}


def _each_once(rows: Requests) -> Requests:
    """The requests in the order of their days, each person once a test and day: a second would be a duplicate."""
    order = np.lexsort((rows.test, rows.person, rows.made))
    rows = rows.only(order)
    key = (rows.person.astype(np.int64) * len(TESTS) + rows.test) * 100_000 + rows.made
    _values, first = np.unique(key, return_index=True)
    return rows.only(np.sort(first))


def _worked(days: Days) -> Days:
    """Each day, Saturdays and Sundays moved to the Monday."""
    weekday = (days + 3) % 7
    return (days + np.where(weekday == 5, 2, np.where(weekday == 6, 1, 0))).astype(np.int32)


class _Course:
    """What becomes of each request, appointment by appointment, until the test is done or the request taken off."""

    def __init__(self, trust: Trust, requests: Requests, until: int, rng: np.random.Generator) -> None:
        self.trust, self.requests, self.until, self.rng = trust, requests, until, rng
        self.number = len(requests)
        self.start = requests.made.copy()
        self.ready = requests.made.copy()
        self.done = np.full(self.number, NEVER, dtype=np.int32)
        self.removed = np.full(self.number, NEVER, dtype=np.int32)
        self.booked: list[tuple] = []
        self.reset: list[tuple] = []

    def run(self) -> tuple[Requests, Bookings, Resets]:
        listed = np.flatnonzero(self.requests.kind == WAITING_LIST)
        self._refusals(listed)
        self._rounds(self._not_removed(listed))
        self._planned_ones()
        self._at_once()
        bookings = Bookings(*(np.concatenate(column) for column in zip(*self.booked, strict=True)))
        kept = np.lexsort((bookings.day, bookings.request))
        bookings = Bookings(*(getattr(bookings, column.name)[kept] for column in fields(bookings)))
        resets = Resets(*(np.concatenate(column) for column in zip(*self.reset, strict=True)))
        return Requests(**{**_columns(self.requests), "done": self.done, "removed": self.removed}), bookings, resets

    def _not_removed(self, listed: NDArray[np.int64]) -> NDArray[np.int64]:
        """Takes some requests off before anything more is booked; gives the others."""
        is_removed = self.rng.random(len(listed)) < REMOVED_SHARE
        off = listed[is_removed]
        self.removed[off] = self.ready[off] + self.rng.integers(1, 60, len(off))
        return listed[~is_removed]

    def _refusals(self, listed: NDArray[np.int64]) -> None:
        """Some refuse a date, some two with three weeks' notice, some one at short notice."""
        drawn = self.rng.random(len(listed))
        short = listed[drawn < REFUSED_SHORT]
        self._refused(short, notice=(2, 14))
        once = listed[(drawn >= REFUSED_SHORT) & (drawn < REFUSED_SHORT + REFUSED_ONCE + REFUSED_TWICE)]
        first = self._refused(once, notice=(21, 32))
        is_second = drawn[np.isin(listed, once)] >= REFUSED_SHORT + REFUSED_ONCE
        twice = once[is_second]
        self._refused(twice, notice=(21, 32))
        self.start[twice] = first[is_second]
        self.reset.append((twice.astype(np.int32), self.ready[twice].copy(), first[is_second]))

    def _refused(self, chosen: NDArray[np.int64], *, notice: tuple[int, int]) -> Days:
        number = len(chosen)
        offered = self.ready[chosen] + self.rng.integers(1, 6, number)
        day = (offered + self.rng.integers(*notice, number)).astype(np.int32)
        told = np.minimum(offered + self.rng.integers(0, 3, number), day)
        self._book(chosen, day, offered, np.full(number, REFUSED), told)
        self.ready[chosen] = told + 1
        return day

    def _rounds(self, chosen: NDArray[np.int64]) -> None:
        waits_anew = np.ones(len(chosen), dtype=bool)
        for turn in range(MOST_ROUNDS):
            if not len(chosen):
                return
            day = self._appointment_days(chosen, waits_anew, turn)
            offered = np.clip(day - self.rng.gamma(2.2, 8, len(chosen)).astype(np.int32), self.ready[chosen], day)
            outcome = self._outcomes(len(chosen), is_last=turn == MOST_ROUNDS - 1)
            is_told = (outcome == PATIENT_CANCELLED) | (outcome == PROVIDER_CANCELLED)
            told = np.where(is_told, offered + (self.rng.random(len(chosen)) * (day - offered)).astype(np.int32), NEVER)
            self._book(chosen, day, offered, outcome, told)
            is_reset = (outcome == DNA) | (outcome == PATIENT_CANCELLED)
            effect = np.where(is_told, told, day).astype(np.int32)
            self.reset.append((chosen[is_reset].astype(np.int32), effect[is_reset], day[is_reset]))
            self.start[chosen[is_reset]] = day[is_reset]
            self.ready[chosen] = effect + 1
            is_done = outcome == DONE
            self.done[chosen[is_done]] = day[is_done]
            chosen, waits_anew = chosen[~is_done], is_reset[~is_done]

    def _appointment_days(self, chosen: NDArray[np.int64], waits_anew: NDArray[np.bool_], turn: int) -> Days:
        """By the shape of the national list for a wait that begins; within weeks where the hospital owes a new date."""
        first, last = self.trust.tempo
        gone = np.clip((self.start[chosen] - (self.until - DAYS_SENT)) / DAYS_SENT, 0, 1)
        waited = np.zeros(len(chosen), dtype=np.int32)
        for place in range(len(TESTS)):
            of_test = self.requests.test[chosen] == place
            national: NationalTest = NATIONAL_TESTS[TESTS[place]]
            waited[of_test] = drawn_days(national, int(of_test.sum()), 1.0, self.rng)
        waited = (waited * (first + (last - first) * gone) * (0.75 if turn else 1.0)).astype(np.int32)
        soon = self.ready[chosen] + self.rng.integers(5, 30, len(chosen))
        day = np.where(waits_anew, np.maximum(self.start[chosen] + waited, self.ready[chosen]), soon)
        return _worked(day.astype(np.int32))

    def _outcomes(self, number: int, *, is_last: bool) -> NDArray[np.int64]:
        if is_last:
            return np.full(number, DONE)
        missed, moved = self.trust.missed * 0.7, self.trust.cancelled * 0.5
        shares = np.array([missed, moved, 0.012, 0.003, 0.006, 0.006])
        return self.rng.choice(7, number, p=[1 - shares.sum(), *shares])

    def _planned_ones(self) -> None:
        """Four in five are done by the due date; some miss a date before it, which changes nothing."""
        chosen = np.flatnonzero(self.requests.kind == PLANNED)
        number = len(chosen)
        due, made = self.requests.due[chosen], self.requests.made[chosen]
        is_late = self.rng.random(number) < 0.2
        late = np.maximum(1, self.rng.exponential(34, number) * self.trust.tempo[1])
        day = _worked((due + np.where(is_late, late, -self.rng.integers(4, 25, number))).astype(np.int32))
        day = np.maximum(day, made + 1).astype(np.int32)
        missed = np.flatnonzero(is_late & (self.rng.random(number) < 0.06) & (due - 9 > made + 30))
        self._book(chosen[missed], due[missed] - 9, due[missed] - 30, np.full(len(missed), DNA), np.full(len(missed), NEVER))
        offered = np.maximum(day - self.rng.integers(14, 50, number), made)
        offered[missed] = np.maximum(offered[missed], due[missed] - 8)
        self._book(chosen, day, np.minimum(offered, day), np.full(number, DONE), np.full(number, NEVER))
        self.done[chosen] = day

    def _at_once(self) -> None:
        chosen = np.flatnonzero(self.requests.kind == UNSCHEDULED)
        made = self.requests.made[chosen]
        day = made + (self.rng.random(len(chosen)) < 0.25)
        self._book(chosen, day, made, np.full(len(chosen), DONE), np.full(len(chosen), NEVER))
        self.done[chosen] = day

    def _book(self, request: NDArray, day: NDArray, offered: NDArray, outcome: NDArray, told: NDArray) -> None:
        rows = (request.astype(np.int32), day.astype(np.int32), offered.astype(np.int32), outcome.astype(np.int8))
        self.booked.append((*rows, told.astype(np.int32)))


def _with_twins(rows: Requests, rng: np.random.Generator) -> Requests:
    """The requests, and some of them twice: the second is taken off as a duplicate within days."""
    chosen = np.flatnonzero((rows.kind == WAITING_LIST) & (rows.exclusion < 0) & (rng.random(len(rows)) < TWIN_SHARE))
    twins = _columns(rows.only(chosen))
    twins |= {"is_twin": np.ones(len(chosen), dtype=np.bool_), "done": np.full(len(chosen), NEVER, dtype=np.int32)}
    twins["removed"] = (twins["made"] + rng.integers(1, 6, len(chosen))).astype(np.int32)
    both = {name: np.concatenate([column, twins[name]]) for name, column in _columns(rows).items()}
    return Requests(**both)


def _with_steps(rows: Requests, rng: np.random.Generator) -> Requests:
    """The requests with the days on which they were vetted and reported, and planned ones that nobody gave a due date."""
    number = len(rows)
    is_imaging = np.isin(rows.test, [TESTS.index(name) for name in IMAGING])
    is_vetted = (rng.random(number) < np.where(is_imaging, 0.93, 0.55)) & (rows.kind == WAITING_LIST) & ~rows.is_twin
    vetted = rows.made + np.minimum(rng.gamma(1.2, 1.9, number), 20).astype(np.int32)
    vetted = np.where(is_vetted & (vetted <= np.minimum(rows.done, rows.removed)), vetted, NEVER)
    took = rng.gamma(1.1, np.where(is_imaging, 5.5, 2.0), number).astype(np.int32)
    reported = np.where((rows.done < NEVER) & (rng.random(number) < 0.97), rows.done + took, NEVER)
    return Requests(**{**_columns(rows), "vetted": vetted.astype(np.int32), "reported": reported.astype(np.int32)})
