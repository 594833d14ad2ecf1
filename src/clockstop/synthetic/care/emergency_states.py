"""The state of each area of the emergency departments, counted from the visits every half hour."""

import numpy as np
import pyarrow as pa

from clockstop.contracts.emergency_codes import TEMPORARY_AREAS
from clockstop.synthetic.care.emergency_draw import Ints, Truths
from clockstop.synthetic.care.emergency_records import Unplanned, end_of
from clockstop.synthetic.care.emergency_rows import AREAS, area_layers, draws
from clockstop.synthetic.extract_columns import named, record_identifiers
from clockstop.synthetic.layers import Records, always, instant
from clockstop.synthetic.london import NO_MINUTE, Minutes

EVERY_MINUTES = 30
# Days told of before the last one, by the group's scale.
STATE_DAYS, FEWER_STATE_DAYS = 60, ((0.01, 7), (0.03, 21))
STANDING = {"corridor": 0, "escalation": 4, "ambulance_bay": 8, "mental_health": 2}


def state_days(records: Unplanned) -> int:
    """How many days of states are told of."""
    return next((days for below, days in FEWER_STATE_DAYS if records.scale < below), STATE_DAYS)


def ed_states(records: Unplanned) -> Records:
    """One row an area and half hour, in the areas that anybody ever uses."""
    begin = end_of(records.until - state_days(records))
    times = np.arange(
        begin + EVERY_MINUTES, end_of(int(records.pressed.first + len(records.pressed.by_day) - 1)) + 1, EVERY_MINUTES
    )
    spans = _spans(records, begin)
    wide = len(AREAS) * len(records.found.trust.sites)
    row, span = _samples(spans, times, wide)
    number = len(times) * wide
    patients = np.bincount(row, minlength=number)
    waiting = np.bincount(row, weights=spans.waits_from[span] <= times[row // wide], minlength=number).astype(np.int64)
    longest = np.zeros(number, np.int64)
    np.maximum.at(longest, row, times[row // wide] - spans.came[span])
    held = _held(records, times, begin)
    area, site = np.arange(number) % wide % len(AREAS), np.arange(number) % wide // len(AREAS)
    used = np.bincount(np.arange(number) % wide, weights=patients, minlength=wide) > 0
    kept = np.flatnonzero(used[np.arange(number) % wide])
    spaces = _spaces(patients.reshape(len(times), wide))
    at = times[kept // wide]
    numbers = (at // EVERY_MINUTES - 900_000) * wide + kept % wide
    columns = {
        "ed_state_identifier": always(record_identifiers(records.found.trust, "T", numbers)),
        "taken_at": instant(at),
        "organisation_site_identifier_of_treatment": always(named(tuple(records.found.trust.sites), site[kept])),
        "department_area": always(named(AREAS, area[kept])),
        "patients": always(pa.array(patients[kept])),
        "spaces": always(pa.array(spaces[kept % wide])),
        "waiting_for_bed": always(pa.array(waiting[kept])),
        "longest_wait_minutes": always(pa.array(longest[kept], mask=patients[kept] == 0)),
        "ambulances_held": always(pa.array(held[kept // wide, site[kept]], mask=area[kept] != AREAS.index("ambulance_bay"))),
        "staff_short": always(pa.array(_short(at, area[kept]), mask=_is_unstaffed(area[kept]))),
    }  # fmt: skip
    return Records(at, columns)


class _Spans:
    """Stretches of a patient's time in one area: from, to, cell (site and area), arrival, and from when a bed is waited for."""

    def __init__(self, parts: list[tuple[Minutes, Minutes, Ints, Minutes, Minutes]]) -> None:
        self.start, self.end, self.cell, self.came, self.waits_from = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )


def _spans(records: Unplanned, begin: int) -> _Spans:
    places = np.flatnonzero(records.seen.left > begin)
    rows = records.seen.only(places)
    layers = area_layers(records, rows, places)
    ends = [known for _, known in layers[1:]] + [np.full(len(rows), NO_MINUTE)]
    parts = []
    for number, (area, known) in enumerate(layers):
        end = np.minimum(np.minimum.reduce(ends[number:]), rows.left)
        fits = known < end
        cell = rows.site * len(AREAS) + area
        parts.append((known[fits], end[fits], cell[fits], rows.came[fits], rows.decided[fits]))
    return _Spans(parts)


def _samples(spans: _Spans, times: Minutes, wide: int) -> tuple[Ints, Ints]:
    """For each time that lies in a span: its row among times and cells, and the span."""
    first, last = np.searchsorted(times, spans.start, side="left"), np.searchsorted(times, spans.end, side="left")
    number = np.maximum(last - first, 0)
    span = np.repeat(np.arange(len(number)), number)
    step = np.arange(len(span)) - np.repeat(np.cumsum(number) - number, number)
    return (first[span] + step) * wide + spans.cell[span], span


def _held(records: Unplanned, times: Minutes, begin: int) -> Ints:
    """By time and site, ambulances that wait to hand over."""
    rows = records.seen.only(np.flatnonzero((records.seen.mode == 0) & (records.seen.left > begin - 1_440)))
    found = [
        np.searchsorted(np.sort(rows.came[rows.site == site]), times, side="right")
        - np.searchsorted(np.sort(rows.handover[rows.site == site]), times, side="right")
        for site in range(len(records.found.trust.sites))
    ]
    return np.stack(found, axis=1)


def _spaces(patients: Ints) -> Ints:
    """By cell, spaces for all but the fullest hours; none were built in corridors."""
    fitting = np.maximum(np.ceil(np.percentile(patients, 88, axis=0)).astype(np.int64), 2)
    for place in range(patients.shape[1]):
        fitting[place] = STANDING.get(AREAS[place % len(AREAS)], fitting[place])
    return fitting


def _short(at: Minutes, area: Ints) -> Ints:
    """Staff fewer than planned, the same for a shift."""
    return (draws(at // 720 * 16 + area, 61) * 3.2).astype(np.int64) // 1


def _is_unstaffed(area: Ints) -> Truths:
    plain = (*TEMPORARY_AREAS, "waiting_room", "ambulance_bay")
    return np.isin(area, [AREAS.index(name) for name in plain])
