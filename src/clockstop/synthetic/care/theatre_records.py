"""The operating lists of the made-up trusts: their cases are the patients admitted for treatment, on the day of their admission.

A list is long enough for the cases that it was made for, as trusts plan their lists. How long cases take, how late lists begin and
how often operations are cancelled is chosen to come near what England's trusts publish of themselves; no source gives it by list.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.organisations import BONES_AND_JOINTS, HEAD_AND_NECK, SPECIALIST_SURGERY, SURGERY
from clockstop.synthetic.pathways import NEVER, pool_of, pools
from clockstop.synthetic.records import History

Days, Minutes = NDArray[np.int32], NDArray[np.int64]
SURGICAL = (*(code for code in SURGERY if code != "106"), *HEAD_AND_NECK, *BONES_AND_JOINTS[:1], *SPECIALIST_SURGERY, "171", "502")
# By treatment function, the procedures done most: OPCS-4, words, and the minutes from anaesthetic to way out.
PROCEDURES = {
    "100": (("T202", "Repair of inguinal hernia", 70), ("J183", "Laparoscopic cholecystectomy", 95)),
    "101": (("M421", "Resection of bladder tumour", 60), ("M653", "Resection of prostate", 90)),
    "103": (("B283", "Excision of lump of breast", 75),),
    "104": (("H511", "Haemorrhoidectomy", 50), ("H062", "Right hemicolectomy", 200)),
    "107": (("L852", "Ligation of varicose vein", 70),),
    "110": (("W401", "Total knee replacement", 110), ("W371", "Total hip replacement", 115), ("W822", "Arthroscopy of knee", 55)),
    "120": (("F341", "Tonsillectomy", 45), ("E036", "Septoplasty", 65)),
    "130": (("C712", "Phacoemulsification of lens", 32), ("C751", "Insertion of lens", 32)),
    "140": (("F091", "Removal of wisdom tooth", 45),),
    "150": (("V254", "Decompression of lumbar spine", 160),),
    "160": (("S065", "Excision of lesion of skin", 50), ("T521", "Palmar fasciectomy", 75)),
    "171": (("T203", "Repair of hernia of child", 55),),
    "172": (("K401", "Bypass of coronary artery", 260),),
    "173": (("E543", "Lobectomy of lung", 190),),
    "502": (("Q183", "Hysteroscopy", 40), ("Q074", "Hysterectomy", 110)),
}
OTHER = (("X999", "Other operation", 60),)
NON_CLINICAL, CLINICAL, BY_PATIENT = range(3)
KINDS = ("non_clinical", "clinical", "patient")
REASONS = {
    NON_CLINICAL: ("List overran", "No bed", "Emergency took priority", "Staff not available", "Equipment not available"),
    CLINICAL: ("Patient unfit", "Operation not needed"),
    BY_PATIENT: ("Patient did not attend", "Patient cancelled on the day"),
}
KIND_SHARES = (0.42, 0.33, 0.25)
# Of the patients operated, those who had been cancelled on the day once before, and those cancelled some days ahead.
CANCELLED_SHARE, AHEAD_SHARE = 0.07, 0.03
SESSION_AHEAD_DAYS = 56
EMPTY_SHARE = 0.07
TURNAROUND = 15
LENGTHS = np.array([240, 480, 600, 720])
# The rest of a list are patients of whom we have no pathway: planned, private, of other providers. Few of them are emergencies.
FILLED = (1.15, 0.06)
OTHERS_CANCELLED_SHARE, OTHERS_EMERGENCY_SHARE = 0.055, 0.012
MORNING, AFTERNOON = 510, 810
ELECTIVE, TRAUMA, EMERGENCY = 0, 1, 2


@dataclass(frozen=True)
class Cases:
    """Parallel arrays, one entry a case; `session` is its place among the sessions, `pathway` -1 where it has none.

    Times are minutes of the operation's day; `known` the day on which they, or its cancellation, were written.
    """

    pathway: NDArray[np.int32]
    person: NDArray[np.int32]
    service: NDArray[np.int16]
    session: NDArray[np.int64]
    order: NDArray[np.int64]
    day: Days
    booked: Days
    procedure: NDArray[np.int64]
    expected: Minutes
    management: NDArray[np.int8]
    urgency: NDArray[np.int8]
    cancelled: Days
    kind: NDArray[np.int8]
    reason: NDArray[np.int8]
    start: Minutes
    into: Minutes
    end: Minutes
    is_local: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.day)

    def only(self, chosen: NDArray[np.int64]) -> "Cases":
        return Cases(*(getattr(self, column.name)[chosen] for column in fields(self)))


@dataclass(frozen=True)
class Sessions:
    """Parallel arrays, one entry a session; minutes are those of its day, `theatre` counts on its site."""

    day: Days
    site: NDArray[np.int64]
    service: NDArray[np.int16]
    consultant: NDArray[np.int64]
    theatre: NDArray[np.int64]
    start: Minutes
    end: Minutes
    kind: NDArray[np.int8]
    cancelled: Days
    is_left_planned: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.day)


def theatre_records(found: History, rng: np.random.Generator) -> tuple[Sessions, Cases]:
    """Every session and case of the history, also those to come."""
    until = int(max(found.spells.admitted.max(), found.entries.decided.max()))
    cases = _listed(found, until, rng)
    sessions, cases = _sessions(found, cases, rng)
    cases = _with_others(found, sessions, cases, rng)
    cases = _timed(found, sessions, cases, rng)
    return _with_trauma(found, *_with_empty(found, sessions, cases, until, rng), until, rng)


def _surgical(found: History) -> NDArray[np.bool_]:
    return np.isin(np.array(found.trust.services), SURGICAL)


def _listed(found: History, until: int, rng: np.random.Generator) -> Cases:
    """Those admitted for treatment, and before some of them the date on which they were cancelled."""
    rows = found.entries
    is_in = (rows.to_come_in < NEVER) & (rows.reason < 3) & (rows.kind < 13) & _surgical(found)[found.own.service[rows.pathway]]
    rows = rows.only(np.flatnonzero(is_in & (rows.to_come_in <= until + SESSION_AHEAD_DAYS)))
    number = len(rows)
    not_needed = rows.removal_reason != 1
    booked = np.minimum(rows.to_come_in_known, rows.to_come_in)
    done = _case_rows(found, rows.pathway, day=rows.to_come_in, booked=booked, management=rows.management, rng=rng)
    done = replace(
        done,
        cancelled=np.where(not_needed, rows.to_come_in, NEVER).astype(np.int32),
        kind=np.where(not_needed, CLINICAL, -1).astype(np.int8),
        reason=np.where(not_needed, 1, -1).astype(np.int8),
    )
    draw = rng.random(number)
    back = np.clip(rng.gamma(2.2, 7.5, number).astype(np.int32), 2, 75)
    was = (draw < CANCELLED_SHARE + AHEAD_SHARE) & (rows.to_come_in - back > rows.decided)
    before = done.only(np.flatnonzero(was))
    day = (before.day - back[was]).astype(np.int32)
    day -= np.maximum((day + 3) % 7 - 4, 0).astype(np.int32)
    ahead = (draw[was] >= CANCELLED_SHARE).astype(np.int32) * rng.integers(1, 12, int(was.sum()))
    kind = rng.choice(3, int(was.sum()), p=KIND_SHARES)
    before = replace(
        before,
        day=day,
        booked=np.minimum(before.booked, day - ahead - 14).astype(np.int32),
        cancelled=(day - ahead).astype(np.int32),
        kind=kind.astype(np.int8),
        reason=(rng.random(len(kind)) * np.array([len(REASONS[one]) for one in KINDS_IN_ORDER])[kind]).astype(np.int8),
    )
    return _joined(done, before)


KINDS_IN_ORDER = (NON_CLINICAL, CLINICAL, BY_PATIENT)


def _case_rows(found: History, pathway: Days, *, day: Days, booked: Days, management: Days, rng: np.random.Generator) -> Cases:
    number = len(pathway)
    service = found.own.service[pathway] if number else np.zeros(0, dtype=np.int16)
    choices = [PROCEDURES.get(code, OTHER) for code in found.trust.services]
    which = (rng.random(number) * np.array([len(one) for one in choices])[service]).astype(np.int64)
    usual = np.array([[one[min(place, len(one) - 1)][2] for place in range(3)] for one in choices])[service, which]
    expected = np.maximum(np.round(usual * rng.lognormal(0, 0.12, number) / 5) * 5, 15).astype(np.int64)
    nothing, never = np.zeros(number, dtype=np.int64), np.full(number, NEVER, dtype=np.int32)
    none = np.full(number, -1, dtype=np.int8)
    return Cases(
        pathway=pathway.astype(np.int32), person=found.own.person[pathway].astype(np.int32), service=service.astype(np.int16),
        session=nothing, order=nothing, day=day.astype(np.int32), booked=booked.astype(np.int32), procedure=which,
        expected=expected,
        management=management.astype(np.int8), urgency=np.zeros(number, dtype=np.int8), cancelled=never, kind=none, reason=none,
        start=nothing, into=nothing, end=nothing, is_local=np.zeros(number, dtype=bool),
    )  # fmt: skip


def _sessions(found: History, cases: Cases, rng: np.random.Generator) -> tuple[Sessions, Cases]:
    """Lists of one service on one site and day, of half a day or longer as its cases need."""
    site = found.services.site[cases.pathway].astype(np.int64)
    key = (cases.day.astype(np.int64) * 64 + site) * 512 + cases.service
    order = np.lexsort((rng.random(len(cases)), key))
    cases, key = cases.only(order), key[order]
    # A list holds so many minutes; what goes beyond is the next list's.
    group = np.concatenate([[0], np.cumsum(np.diff(key) != 0)]) if len(key) else key
    used = np.cumsum(cases.expected + TURNAROUND)
    first = np.searchsorted(group, group)
    within = used - (used[first] - cases.expected[first] - TURNAROUND) - cases.expected - TURNAROUND
    part = within // int(LENGTHS[-2])
    _, start, session = np.unique(group * 64 + np.minimum(part, 63), return_index=True, return_inverse=True)
    number = len(start)
    place = np.arange(len(cases)) - start[session]
    cases = replace(cases, session=session.astype(np.int64), order=(place + 1).astype(np.int64))
    need = np.bincount(session, weights=cases.expected + TURNAROUND, minlength=number) - TURNAROUND
    length = LENGTHS[np.minimum(np.searchsorted(LENGTHS, need * rng.normal(1.0, 0.08, number)), len(LENGTHS) - 1)]
    begins = np.where((length <= 240) & (rng.random(number) < 0.42), AFTERNOON, MORNING)
    sessions = Sessions(
        day=cases.day[start], site=found.services.site[cases.pathway[start]].astype(np.int64), service=cases.service[start],
        consultant=found.services.consultant[cases.pathway[start]].astype(np.int64),
        theatre=np.zeros(number, dtype=np.int64), start=begins.astype(np.int64), end=(begins + length).astype(np.int64),
        kind=np.full(number, ELECTIVE, dtype=np.int8), cancelled=np.full(number, NEVER, dtype=np.int32),
        is_left_planned=np.zeros(number, dtype=bool),
    )  # fmt: skip
    return sessions, cases


def _fitting(found: History, drawn: NDArray[np.int64], service: NDArray[np.int16]) -> NDArray[np.int32]:
    """For each of the drawn numbers a person who fits the service by sex and age, and lives."""
    alive = np.ones(len(found.persons), dtype=bool)
    alive[found.own.person[found.referrals.pathway[found.referrals.died < NEVER]]] = False
    fits, person = pools(found.persons, found.standing.until, alive), np.zeros(len(drawn), dtype=np.int32)
    for number in np.unique(service):
        pool, chosen = fits[pool_of(found.trust.services[number])], service == number
        pool = pool if len(pool) else fits["adult"]
        person[chosen] = pool[drawn[chosen] % len(pool)]
    return person


def _with_others(found: History, sessions: Sessions, cases: Cases, rng: np.random.Generator) -> Cases:
    """The cases and the patients without a pathway who fill the rest of the lists, in a new order."""
    number = len(sessions)
    need = np.bincount(cases.session, weights=cases.expected + TURNAROUND, minlength=number)
    usual = np.array([PROCEDURES.get(code, OTHER)[0][2] for code in found.trust.services])[sessions.service] + TURNAROUND
    free = (sessions.end - sessions.start) * rng.normal(*FILLED, number) - need
    session = np.repeat(np.arange(number), np.maximum(np.round(free / usual), 0).astype(np.int64))
    day, count = sessions.day[session], len(session)
    ahead = np.minimum(rng.gamma(2.0, 16.0, count).astype(np.int32) + 2, 120)
    nobody = np.zeros(count, dtype=np.int32)
    others = _case_rows(found, nobody, day=day, booked=day - ahead, management=nobody + 2, rng=rng)
    draw, kind = rng.random(count), rng.choice(2, count) + 1
    is_off = draw < OTHERS_CANCELLED_SHARE
    is_emergency = draw > 1 - OTHERS_EMERGENCY_SHARE
    usual_minutes = usual[session] - TURNAROUND
    others = replace(
        others, pathway=nobody - 1, person=_fitting(found, rng.integers(0, len(found.persons), count), sessions.service[session]),
        service=sessions.service[session], session=session, procedure=others.procedure * 0,
        expected=np.maximum(np.round(usual_minutes * rng.lognormal(0, 0.1, count) / 5) * 5, 15).astype(np.int64),
        urgency=np.where(is_emergency, EMERGENCY, ELECTIVE).astype(np.int8),
        booked=np.where(is_emergency, day, others.booked).astype(np.int32),
        cancelled=np.where(is_off, day, NEVER).astype(np.int32), kind=np.where(is_off, kind, -1).astype(np.int8),
        reason=np.where(is_off, 0, -1).astype(np.int8),
    )  # fmt: skip
    every = _joined(cases, others)
    every = every.only(np.lexsort((rng.random(len(every)), every.session)))
    return replace(every, order=np.arange(len(every)) - np.searchsorted(every.session, every.session) + 1)


def _timed(found: History, sessions: Sessions, cases: Cases, rng: np.random.Generator) -> Cases:
    """The minutes of the cases that are done, one after the other in the order of the list."""
    number, is_done = len(cases), cases.cancelled == NEVER
    touch = np.maximum(cases.expected * rng.lognormal(-0.02, 0.17, number), 10).round()
    turnaround = np.where(rng.random(number) < 0.06, -rng.integers(1, 12, number), rng.gamma(4, 3.0, number)).round()
    late = np.where(
        rng.random(len(sessions)) < 0.16, -rng.integers(0, 10, len(sessions)), rng.gamma(2.0, 7.0, len(sessions))
    ).round()
    each = np.where(is_done, touch + turnaround, 0)
    total = np.cumsum(each)
    first = np.searchsorted(cases.session, cases.session)
    before = total - each - (total[first] - each[first])
    start = (sessions.start + late)[cases.session] + before
    is_local = rng.random(number) < np.where(np.isin(np.array(found.trust.services)[cases.service], ("130", "160")), 0.5, 0.05)
    into = start + np.where(is_local, 0, rng.integers(6, 16, number))
    return replace(
        cases, start=start.astype(np.int64), into=into.astype(np.int64),
        end=(start + np.maximum(touch, into - start + 4)).astype(np.int64), is_local=is_local,
    )  # fmt: skip


def _with_empty(found: History, sessions: Sessions, cases: Cases, until: int, rng: np.random.Generator) -> tuple[Sessions, Cases]:
    """Sessions that were dropped, and in the weeks to come those of the weekday's usual teams that have nobody booked yet."""
    number = len(sessions)
    dropped = np.flatnonzero(rng.random(number) < EMPTY_SHARE)
    shift = rng.choice([7, 14, 21], len(dropped))
    usual = np.flatnonzero((sessions.day > until - SESSION_AHEAD_DAYS) & (sessions.day <= until) & (rng.random(number) < 0.45))
    place = np.concatenate([dropped, usual])
    day = np.concatenate([sessions.day[dropped] - shift, sessions.day[usual] + SESSION_AHEAD_DAYS]).astype(np.int32)
    is_dropped = np.arange(len(place)) < len(dropped)
    notice = np.where(rng.random(len(place)) < 0.3, rng.integers(0, 3, len(place)), rng.integers(3, 50, len(place)))
    start = sessions.start[place]
    length = np.maximum(sessions.end[place] - start, 240)
    empty = Sessions(
        day=day, site=sessions.site[place], service=sessions.service[place], consultant=sessions.consultant[place],
        theatre=np.zeros(len(place), dtype=np.int64), start=start, end=start + length, kind=sessions.kind[place],
        cancelled=np.where(is_dropped, day - notice, NEVER).astype(np.int32),
        is_left_planned=is_dropped & (notice <= 1) & (rng.random(len(place)) < 0.6),
    )  # fmt: skip
    return _joined(sessions, empty), cases


def _with_trauma(found: History, sessions: Sessions, cases: Cases, until: int, rng: np.random.Generator) -> tuple[Sessions, Cases]:
    """Afternoons of trauma, whose patients have no pathway of ours; and the number of each session's theatre."""
    if "110" not in found.trust.services:
        return _in_theatres(sessions), cases
    days = np.unique(sessions.day[(sessions.kind == ELECTIVE) & (sessions.day <= until) & ((sessions.day + 3) % 7 < 5)])
    days = days[rng.random(len(days)) < min(1.0, 0.09 * len(sessions) / max(len(days), 1))].astype(np.int32)
    number, count = len(days), rng.integers(1, 4, len(days))
    service = found.trust.services.index("110")
    trauma = Sessions(
        day=days, site=np.zeros(number, dtype=np.int64), service=np.full(number, service, dtype=np.int16),
        consultant=sessions.consultant[:1].repeat(number), theatre=np.zeros(number, dtype=np.int64),
        start=np.full(number, AFTERNOON, dtype=np.int64), end=np.full(number, AFTERNOON + 240, dtype=np.int64),
        kind=np.full(number, TRAUMA, dtype=np.int8), cancelled=np.full(number, NEVER, dtype=np.int32),
        is_left_planned=np.zeros(number, dtype=bool),
    )  # fmt: skip
    first, place = len(sessions), np.repeat(np.arange(number), count)
    nobody = np.zeros(len(place), dtype=np.int32)
    listed = _case_rows(found, nobody, day=days[place], booked=days[place] - 1, management=nobody + 1, rng=rng)
    listed = replace(
        listed, pathway=nobody - 1,
        person=_fitting(found, rng.integers(0, len(found.persons), len(place)), np.full(len(place), service)),
        service=np.full(len(place), service, dtype=np.int16), session=place.astype(np.int64), urgency=nobody.astype(np.int8) + 1,
        order=np.arange(len(place)) - np.searchsorted(place, place) + 1, expected=listed.expected * 0 + 70,
        procedure=listed.procedure * 0,
    )  # fmt: skip
    listed = _timed(found, trauma, listed, rng)
    return _in_theatres(_joined(sessions, trauma)), _joined(cases, replace(listed, session=listed.session + first))


def _in_theatres(sessions: Sessions) -> Sessions:
    """The number of the theatre: on each site and day the lists lie beside each other, an afternoon behind a morning."""
    is_afternoon = sessions.start >= AFTERNOON
    slot = (sessions.day.astype(np.int64) * 64 + sessions.site) * 2 + is_afternoon
    order = np.lexsort((sessions.end, sessions.consultant, slot))
    slot_in_order = slot[order]
    rank = np.arange(len(order)) - np.searchsorted(slot_in_order, slot_in_order)
    # Lists that end by half past twelve leave their theatre to the afternoon's; the long ones come last in the morning.
    late = (sessions.end > AFTERNOON) & ~is_afternoon
    day_site = slot // 2
    short = np.bincount(np.unique(day_site, return_inverse=True)[1], weights=~late & ~is_afternoon)
    theatre = np.empty(len(order), dtype=np.int64)
    theatre[order] = rank
    of_day = np.unique(day_site, return_inverse=True)[1]
    room = short[of_day].astype(np.int64)
    mornings = np.bincount(of_day, weights=~is_afternoon).astype(np.int64)[of_day]
    beyond = is_afternoon & (theatre >= room)
    return replace(sessions, theatre=np.where(beyond, mornings + theatre - room, theatre))


def _joined(first, second):
    return type(first)(*(np.concatenate([getattr(first, column.name), getattr(second, column.name)]) for column in fields(first)))
