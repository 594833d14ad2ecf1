"""The cancer records of a made-up trust, drawn from its own pathways: urgent referrals, screening, upgrades, what became of them.

A treated cancer starts treatment on the day on which the pathway's RTT clock stopped; a first appointment that was missed there is
the one that was missed here. What was found, when the patient was told and how long each step took is drawn, near the national
figures of January 2026 (NHS England, cancer waiting times, provisional, provider level).
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.admissions import TREATED
from clockstop.synthetic.pathways import NEVER, Route
from clockstop.synthetic.records import History

Days = NDArray[np.int32]
Truths = NDArray[np.bool_]

# By treatment function: what an urgent referral to it suspects, with shares, and the site that a cancer of it has.
SUSPECTED = {
    "100": {"07": 0.7, "06": 0.3}, "101": {"11": 0.96, "12": 0.04}, "103": {"01": 0.84, "16": 0.16}, "104": {"07": 1.0},
    "106": {"06": 1.0}, "110": {"14": 1.0}, "120": {"13": 1.0}, "140": {"13": 1.0}, "144": {"13": 1.0}, "150": {"10": 1.0},
    "160": {"08": 1.0}, "300": {"17": 1.0}, "301": {"07": 0.6, "06": 0.4}, "303": {"04": 0.98, "05": 0.02}, "330": {"08": 1.0},
    "340": {"03": 1.0}, "400": {"10": 1.0}, "420": {"02": 1.0}, "502": {"09": 1.0},
}  # fmt: skip
# The share told within 28 days by what was suspected.
TOLD_IN_TIME = {
    "01": 0.80, "02": 0.88, "03": 0.77, "04": 0.58, "05": 0.80, "06": 0.76, "07": 0.63, "08": 0.81, "09": 0.67, "10": 0.80,
    "11": 0.59, "12": 0.84, "13": 0.75, "14": 0.61, "16": 0.83, "17": 0.69, "18": 0.71,
}  # fmt: skip
SITES = {
    "01": ("01",), "02": ("02",), "03": ("03",), "04": ("04",), "05": ("05",), "06": ("06", "19", "18"), "07": ("07",),
    "08": ("08",), "09": ("09",), "10": ("10",), "11": ("16", "11"), "12": ("12",), "13": ("13", "17"), "14": ("14",),
    "16": ("01",), "17": ("04", "15"), "18": ("98",),
}  # fmt: skip
ICD = {
    "01": "C509", "02": "C749", "03": "C349", "04": "C833", "05": "C910", "06": "C169", "07": "C189", "08": "C439", "09": "C541",
    "10": "C719", "11": "C679", "12": "C629", "13": "C329", "14": "C499", "15": "C80X", "16": "C61X", "17": "C739", "18": "C220",
    "19": "C259", "98": "C770",
}  # fmt: skip
SCREENED = {"103": "01", "100": "07", "104": "07", "301": "07", "502": "09", "340": "03"}

URGENT, SCREENING, UPGRADE = range(3)
# The share of urgent referrals that are cancer, and how long their treatment takes: shares by day 62, 104 and beyond.
CONVERTED = 0.065
BANDS = ((14, 62), (63, 104), (105, 170))
URGENT_BANDS, SCREENING_BANDS = (0.73, 0.19, 0.08), (0.60, 0.28, 0.12)
SCREENING_A_CANCER, UPGRADES_A_CANCER = 0.15, 0.64
UPGRADE_IN_TIME = 0.82
# Of urgent cancers treated here, those whose referral went to another trust first.
FROM_ELSEWHERE = 0.18
DAYS_BEFORE = 200


@dataclass(frozen=True)
class Records:
    """Parallel arrays, one entry a record; `NEVER` where a day does not come. `pathway` counts into the trust's pathways."""

    pathway: NDArray[np.int32]
    kind: NDArray[np.int8]
    suspected: NDArray[np.str_]
    site: NDArray[np.str_]
    received: Days
    upgraded: Days
    visit: Days
    visit_code: NDArray[np.int8]
    rebooked: Days
    booked: Days
    seen: Days
    tested: Days
    told: Days
    reason: NDArray[np.int8]
    discussed: Days
    decided: Days
    treated: Days
    removed: Days
    died: Days
    died_known: Days
    arrived: Days
    left: Days

    def __len__(self) -> int:
        return len(self.pathway)

    def only(self, chosen: NDArray[np.int64] | Truths) -> "Records":
        return Records(*(getattr(self, column.name)[chosen] for column in fields(self)))

    @property
    def is_cancer(self) -> Truths:
        """Cancer was found: treatment is decided, sooner or later."""
        return self.decided < NEVER

    @property
    def start_62(self) -> Days:
        """Day 0 of the 62 days: the upgrade, or the referral."""
        return np.where(self.kind == UPGRADE, self.upgraded, self.received).astype(np.int32)

    @property
    def adjustment(self) -> NDArray[np.int64]:
        """The days that a missed first appointment deducts: receipt to rebooking."""
        is_missed = np.isin(self.visit_code, (3, 7)) & (self.rebooked < NEVER) & (self.seen < NEVER)
        return np.where(is_missed, np.minimum(self.rebooked, self.seen) - self.received, 0).astype(np.int64)


def records_of(found: History, rng: np.random.Generator) -> Records:
    """Every record of the trust, also of days to come."""
    service = np.array(found.trust.services)[found.own.service]
    treated = _treated(found, rng)
    kind = _kinds(found, service, treated, rng)
    pathway = np.flatnonzero(kind >= 0).astype(np.int32)
    kind, service, treated = kind[pathway], service[pathway], treated[pathway]
    is_cancer, kind = kind >= 10, (kind % 10).astype(np.int8)
    received, arrived = _received(found, pathway, kind, is_cancer, rng)
    draws = rng.random(len(kind))
    suspected = np.array([_suspected(one, which, draw) for one, which, draw in zip(service, kind, draws, strict=True)])
    visits = _first_visits(found, pathway, received, arrived)
    upgraded = _upgraded(kind, received, treated, rng)
    decided = _decided(np.where(kind == UPGRADE, upgraded, received), treated, is_cancer, rng)
    told = _told(found, pathway, suspected=suspected, received=received, decided=decided, visits=visits, rng=rng)
    seen = _seen(received, told, visits, rng)
    tested = np.maximum(seen, told - rng.integers(2, 9, len(told)))
    reason = _reasons(is_cancer, suspected, rng)
    visit, code = _visits_kept(visits, seen)
    scanned_until = told + rng.integers(0, 21, len(told))
    return Records(
        pathway, kind, suspected, _sites(suspected, rng), received, upgraded, visit, code, visits[2], _booked(received, seen, rng),
        seen, tested.astype(np.int32), told, reason,
        np.where(is_cancer, told + np.maximum((decided - told) // 2, 0), NEVER).astype(np.int32), decided,
        np.where(is_cancer, treated, NEVER).astype(np.int32), np.where(reason == 4, scanned_until, NEVER).astype(np.int32),
        *_deaths(found, pathway), arrived, np.where(is_cancer, found.own.transferred[pathway], NEVER).astype(np.int32),
    )  # fmt: skip


def _received(
    found: History, pathway: NDArray[np.int32], kind: NDArray[np.int8], is_cancer: Truths, rng: np.random.Generator
) -> tuple[Days, Days]:
    """Day 0 of the referral, and the day on which the patient came from another trust, which had the referral first."""
    own = found.own
    came = own.route[pathway] == Route.transfer
    received = np.where(came, own.start[pathway], own.received[pathway])
    was_elsewhere = is_cancer & (kind == URGENT) & ~came & (rng.random(len(pathway)) < FROM_ELSEWHERE)
    before = rng.integers(10, 50, len(pathway))
    arrived = np.where(came | was_elsewhere, own.received[pathway], NEVER).astype(np.int32)
    return np.where(was_elsewhere, received - before, received).astype(np.int32), arrived


def _treated(found: History, rng: np.random.Generator) -> Days:
    """The day on which treatment stopped each pathway's first clock, in clinic or by admission; `NEVER` where it did not.

    Who was transferred is treated there some weeks later.
    """
    day = np.full(len(found.own), NEVER, dtype=np.int32)
    visits, spells = found.appointments, found.spells
    in_clinic = (visits.status == 30) & (visits.first != 5) & (visits.day == found.own.end[visits.pathway])
    admitted = (spells.result == TREATED) & (spells.admitted == found.own.end[spells.pathway])
    day[visits.pathway[in_clinic]] = visits.day[in_clinic]
    day[spells.pathway[admitted]] = spells.admitted[admitted]
    entries = found.entries
    ahead = (entries.reason == 0) & (entries.removal_reason == 1) & (entries.to_come_in == found.own.end[entries.pathway])
    day[entries.pathway[ahead]] = entries.to_come_in[ahead]
    after = found.own.transferred + rng.integers(12, 41, len(day))
    return np.where(found.own.transferred < NEVER, np.minimum(after, NEVER), day).astype(np.int32)


def _kinds(found: History, service: NDArray[np.str_], treated: Days, rng: np.random.Generator) -> NDArray[np.int64]:
    """By pathway: -1 for no record, else its kind, plus 10 where it is cancer."""
    own = found.own
    days = treated - own.received
    first = int(own.end.min())
    is_recent = own.received >= first - DAYS_BEFORE
    is_urgent = (found.services.priority == 3) & np.isin(service, list(SUSPECTED)) & is_recent
    kind = np.where(is_urgent, URGENT, -1)
    wanted = CONVERTED * int((is_urgent & (own.received >= first)).sum())
    draws = rng.random((3, len(own)))
    cancer = is_urgent & _by_band(days, is_urgent & (own.received >= first), wanted, URGENT_BANDS, draws[0])
    kind[cancer | (is_urgent & (own.transferred < NEVER))] = 10 + URGENT
    can_screen = (found.services.priority == 2) & np.isin(service, list(SCREENED)) & is_recent & (own.route != Route.transfer)
    can_screen &= own.transferred == NEVER
    eligible = can_screen & (own.received >= first)
    screened = can_screen & _by_band(days, eligible, wanted * SCREENING_A_CANCER, SCREENING_BANDS, draws[1])
    kind[screened] = 10 + SCREENING
    can_upgrade = (kind < 0) & (found.services.priority < 3) & np.isin(service, list(SUSPECTED)) & is_recent
    can_upgrade &= (days >= 70) & (days < 200) & (own.route != Route.transfer) & (own.transferred == NEVER)
    share = wanted * UPGRADES_A_CANCER / max(int((can_upgrade & (own.received >= first)).sum()), 1)
    kind[can_upgrade & (draws[2] < share)] = 10 + UPGRADE
    return kind


def _by_band(days: Days, counted: Truths, wanted: float, shares: tuple[float, ...], draw: NDArray[np.float64]) -> Truths:
    """Those chosen so that of `wanted` in all so many wait so long; the chance of a wait is the same whenever it began."""
    chosen = np.zeros(len(days), dtype=bool)
    for (least, most), share in zip(BANDS, shares, strict=True):
        lies = (days >= least) & (days <= most)
        number = int((lies & counted).sum())
        chosen |= lies & (draw < wanted * share / max(number, 1))
    return chosen


def _suspected(service: str, kind: int, draw: float) -> str:
    if kind == SCREENING:
        return SCREENED[service]
    shares = SUSPECTED[service]
    place = np.searchsorted(np.cumsum(list(shares.values())), draw)
    return list(shares)[min(int(place), len(shares) - 1)]


def _sites(suspected: NDArray[np.str_], rng: np.random.Generator) -> NDArray[np.str_]:
    """The site that would be found: the likeliest of its list three times in four."""
    draws = rng.random(len(suspected))
    return np.array([
        SITES[one][0] if draw < 0.75 else SITES[one][int(draw * 97) % len(SITES[one])]
        for one, draw in zip(suspected, draws, strict=True)
    ])  # fmt: skip


def _upgraded(kind: NDArray[np.int8], received: Days, treated: Days, rng: np.random.Generator) -> Days:
    """The upgrade so many days before the treatment, later than the referral."""
    number = len(kind)
    in_time = rng.random(number) < UPGRADE_IN_TIME
    before = np.where(in_time, rng.integers(12, 61, number), rng.integers(63, 130, number))
    day = np.maximum(received + 1, treated - before)
    return np.where(kind == UPGRADE, day, NEVER).astype(np.int32)


def _decided(start: Days, treated: Days, is_cancer: Truths, rng: np.random.Generator) -> Days:
    """The decision to treat, nine times in ten within 31 days of the treatment."""
    number = len(start)
    within = rng.random(number) < 0.87
    wait = np.where(within, rng.integers(3, 32, number), rng.integers(32, 50, number))
    day = np.maximum(start + 2, treated - wait)
    return np.where(is_cancer, day, NEVER).astype(np.int32)


Visits = tuple[Days, NDArray[np.int8], Days, Days]


def _first_visits(found: History, pathway: NDArray[np.int32], received: Days, arrived: Days) -> Visits:
    """The first appointment of each record's pathway: its day, what became of it, the rebooking after a missed one, first attended.

    Who came from another trust was first seen there.
    """
    rows, place = found.appointments, np.full(len(found.own), -1, dtype=np.int64)
    place[pathway] = np.arange(len(pathway))
    at = place[rows.pathway]
    chosen = np.flatnonzero((at >= 0) & (rows.first != 5))
    chosen = chosen[(rows.day[chosen] >= received[at[chosen]]) & (arrived[at[chosen]] == NEVER)]
    day, code, rebooked, attended = (np.full(len(pathway), NEVER, dtype=np.int32) for _ in range(4))
    order = chosen[np.lexsort((rows.day[chosen], at[chosen]))]
    _record, first = np.unique(at[order], return_index=True)
    first = order[first]
    day[at[first]], code[at[first]] = rows.day[first], rows.outcome[first]
    rebooked[at[first]] = np.minimum(rows.rebook_contact[first], rows.clinician_offer[first])
    seen = order[np.isin(rows.outcome[order], (5, 6))]
    _record, first_seen = np.unique(at[seen], return_index=True)
    attended[at[seen[first_seen]]] = rows.day[seen[first_seen]]
    return (
        day,
        np.where(code < 10, code, 0).astype(np.int8),
        np.where(np.isin(code, (3, 7)), rebooked, NEVER).astype(np.int32),
        attended,
    )


def _visits_kept(visits: Visits, seen: Days) -> tuple[Days, NDArray[np.int8]]:
    """The first appointment as the cancer system has it: a test that came sooner is the one at which the patient was first seen."""
    day, code, _rebooked, _attended = visits
    is_sooner = (day > seen) | np.isin(code, (5, 6))
    return np.where(is_sooner, seen, day).astype(np.int32), np.where(is_sooner, 5, code).astype(np.int8)


def _told(
    found: History, pathway: NDArray[np.int32], *, suspected: NDArray[np.str_], received: Days, decided: Days, visits: Visits,
    rng: np.random.Generator,
) -> Days:  # fmt: skip
    """The day told: near the national share within 28 days by what was suspected, never after a decision or the clock's end."""
    number = len(pathway)
    share = np.array([TOLD_IN_TIME[one] for one in suspected])
    in_time = rng.random(number) < share - 0.07
    days = np.where(in_time, rng.integers(6, 29, number), 29 + rng.gamma(1.3, 16, number).astype(np.int64))
    _day, code, rebooked, _attended = visits
    is_missed = np.isin(code, (3, 7)) & (rebooked < NEVER)
    begun = np.where(is_missed, rebooked, received)
    end = found.own.end[pathway]
    limit = np.where((found.own.transferred[pathway] == NEVER) & ~np.isin(code, (3, 7)) & (end >= received + 6), end, NEVER)
    day = np.minimum(np.minimum(begun + days, limit), decided)
    return np.maximum(day, begun + 1).astype(np.int32)


def _seen(received: Days, told: Days, visits: Visits, rng: np.random.Generator) -> Days:
    """First seen: the first appointment kept where that came in time to be told, else the first test (straight to test)."""
    _day, code, rebooked, attended = visits
    begun = np.where(np.isin(code, (3, 7)) & (rebooked < NEVER), rebooked, received)
    drawn = np.minimum(begun + rng.integers(3, 17, len(told)), told)
    return np.where((attended <= told) & (attended >= begun), attended, np.maximum(drawn, begun)).astype(np.int32)


def _booked(received: Days, seen: Days, rng: np.random.Generator) -> Days:
    return np.maximum(received, seen - rng.integers(3, 13, len(seen))).astype(np.int32)


def _reasons(is_cancer: Truths, suspected: NDArray[np.str_], rng: np.random.Generator) -> NDArray[np.int8]:
    """What was told: cancer, ruled out, excluded (one in sixty), or interval scanning for a few lungs."""
    draw = rng.random(len(is_cancer))
    scanned = np.isin(suspected, ("03", "11")) & (draw > 0.97)
    return np.select([is_cancer, scanned, draw < 0.016], [1, 4, 3], 2).astype(np.int8)


def _deaths(found: History, pathway: NDArray[np.int32]) -> tuple[Days, Days]:
    """The death of each record's patient, by the referral, and the day on which it was known."""
    died, known = (np.full(len(found.own), NEVER, dtype=np.int32) for _ in range(2))
    rows = found.referrals
    died[rows.pathway], known[rows.pathway] = rows.died, rows.death_notified
    return died[pathway], known[pathway]
