"""Plausible histories of pathways, many at a time: what the jobs are measured on.

About half of the pathways are open at the end and a pathway has four to five events, as in a whole national list. Nothing here
stands for a patient: every pathway is drawn from a dozen stories with random gaps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EVENTS_A_PATHWAY = 4.35
CENSUS = date(2026, 11, 15)
_CENSUS_DAY = CENSUS.toordinal() - date(1970, 1, 1).toordinal()
# How long ago a story may begin: waits of the open ones thin out over two years, those that ended began in the last three.
_OPEN_SCALE_DAYS = 130
_CLOSED_DAYS = (150, 1_095)

Step = tuple[str, str, int, int]
Story = tuple[float, bool, tuple[Step, ...]]
_REFERRED: Step = ("referral_received", "10", 0, 0)
_BOOKED: Step = ("appointment_booked", "20", 3, 40)
_SEEN: Step = ("attend", "20", 7, 60)
_DECIDED: Step = ("decision_to_treat", "20", 0, 3)
_TREATED: Step = ("admit_treat", "30", 7, 120)
_DISCHARGED: Step = ("discharge_to_gp", "34", 0, 30)

# Share of pathways, whether the clock still runs at the end, and the events: type, status, shortest and longest gap in days.
STORIES: tuple[Story, ...] = (
    (0.12, True, (_REFERRED, _BOOKED)),
    (0.10, True, (_REFERRED, _BOOKED, _SEEN, _BOOKED)),
    (0.12, True, (_REFERRED, _BOOKED, _SEEN, _DECIDED)),
    (0.06, True, (_REFERRED, _BOOKED, ("provider_cancel", "20", 1, 20), _BOOKED, _SEEN, _BOOKED, _SEEN)),
    (0.04, True, (_REFERRED, _BOOKED, ("patient_cancel", "20", 1, 20), _BOOKED)),
    (0.04, True, (("transfer_in", "10", 0, 0), _BOOKED, _SEEN)),
    (0.03, True, (_REFERRED, _BOOKED, ("attend", "32", 7, 60), ("decision_to_treat", "11", 30, 200))),
    (0.15, False, (_REFERRED, _BOOKED, _SEEN, _DECIDED, _TREATED)),
    (0.12, False, (_REFERRED, _BOOKED, ("attend", "30", 7, 60), _BOOKED, ("attend", "90", 7, 90), _DISCHARGED)),
    (0.08, False, (_REFERRED, _BOOKED, ("attend", "34", 7, 60))),
    (0.04, False, (_REFERRED, _BOOKED, ("first_dna", "33", 7, 60), _DISCHARGED)),
    (0.04, False, (_REFERRED, _BOOKED, ("attend", "31", 7, 60), ("attend", "90", 60, 200), _DISCHARGED)),
    (0.03, False, (_REFERRED, _BOOKED, _SEEN, ("later_dna", "20", 7, 60), _DISCHARGED)),
    (0.03, False, (_REFERRED, _BOOKED, _SEEN, _DECIDED, _TREATED, ("attend", "90", 20, 60), ("new_treatment_decided", "11", 20, 90),
                   ("admit_treat", "30", 20, 90))),
)  # fmt: skip
TYPES = tuple(dict.fromkeys(step[0] for _, _, steps in STORIES for step in steps))
STATUSES = tuple(dict.fromkeys(step[1] for _, _, steps in STORIES for step in steps))


@dataclass(frozen=True)
class _Stories:
    """The stories as arrays, by story and place within it."""

    share: np.ndarray
    is_open: np.ndarray
    length: np.ndarray
    event: np.ndarray
    status: np.ndarray
    shortest: np.ndarray
    span: np.ndarray


def pathways_for(events: int) -> int:
    """How many pathways make about so many events."""
    return max(1, round(events / EVENTS_A_PATHWAY))


def parts(events: int, *, of: int) -> Iterator[tuple[int, int, int]]:
    """`of` even shares of about so many events: the share's number, its first pathway, and how many it has."""
    total = pathways_for(events)
    edges = np.linspace(0, total, of + 1).astype(int)
    for number, (first, last) in enumerate(pairwise(edges)):
        if last > first:
            yield number, int(first), int(last - first)


def open_events(first: int, pathways: int) -> pa.Table:
    """Those of pathways that are all open."""
    return events_of(first, pathways, stories=tuple(story for story in STORIES if story[1]))


def events_of(first: int, pathways: int, *, seed: int = 1, stories: tuple[Story, ...] = STORIES) -> pa.Table:
    """The canonical events of so many pathways, sorted by pathway, day and sequence; the texts are dictionaries."""
    rng, told_of = np.random.default_rng([seed, first]), _as_arrays(stories)
    story = rng.choice(len(told_of.share), size=pathways, p=told_of.share / told_of.share.sum()).astype(np.int8)
    length = told_of.length[story]
    owner = np.repeat(np.arange(pathways, dtype=np.int32), length)
    place = (np.arange(len(owner)) - np.repeat(np.cumsum(length) - length, length)).astype(np.int8)
    told = story[owner]
    gap = told_of.shortest[told, place] + (rng.random(len(owner), dtype=np.float32) * told_of.span[told, place]).astype(np.int32)
    run = np.cumsum(gap)
    start = _starts(told_of.is_open[story], rng)
    day = (start - run[np.cumsum(length) - length])[owner] + run
    kind, status = told_of.event[told, place], told_of.status[told, place]
    is_transfer = kind == TYPES.index("transfer_in")
    original = np.where(is_transfer, day - 40, 0).astype(np.int32)
    is_discharge, is_first_dna = kind == TYPES.index("discharge_to_gp"), kind == TYPES.index("first_dna")
    urgent = rng.choice(3, size=pathways, p=(0.86, 0.08, 0.06))[owner]
    return pa.table({
        "patient_pathway_identifier": identifiers(first, pathways, owner),
        "event_date": _dates(day.astype(np.int32)),
        "event_sequence": pa.array(place.astype(np.int64) + 1),
        "event_type": _words(kind, TYPES),
        "referral_to_treatment_period_status": _words(status, STATUSES),
        "original_start_date": _dates(original, mask=~is_transfer),
        "is_communicated": pa.array(np.ones(len(owner), dtype=bool), mask=~is_first_dna),
        "has_safeguards": pa.array(np.ones(len(owner), dtype=bool), mask=~is_discharge),
        "is_responsibility_passed": pa.nulls(len(owner), pa.bool_()),
        "priority_type_code": _words(urgent, ("1", "2", "3")),
    })  # fmt: skip


def identifiers(first: int, pathways: int, owner: np.ndarray) -> pa.DictionaryArray:
    """Identifiers of thirteen letters and digits that ascend with the pathway's number."""
    numbers = 1_000_000_000 + 13 * (first + np.arange(pathways, dtype=np.int64))
    names = pc.binary_join_element_wise("RXP", pa.array(numbers).cast(pa.string()), "")
    return pa.DictionaryArray.from_arrays(pa.array(owner, pa.int32()), names)


def _starts(is_open: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The day on which each story begins."""
    running = _CENSUS_DAY - rng.exponential(_OPEN_SCALE_DAYS, len(is_open)).astype(np.int32)
    ended = _CENSUS_DAY - rng.integers(*_CLOSED_DAYS, len(is_open), dtype=np.int32)
    return np.where(is_open, running, ended)


def _as_arrays(stories: tuple[Story, ...]) -> _Stories:
    longest = max(len(steps) for _, _, steps in stories)
    filled = [(*steps, *[steps[-1]] * (longest - len(steps))) for _, _, steps in stories]
    return _Stories(
        share=np.array([share for share, _, _ in stories]),
        is_open=np.array([is_open for _, is_open, _ in stories]),
        length=np.array([len(steps) for _, _, steps in stories]),
        event=np.array([[TYPES.index(step[0]) for step in steps] for steps in filled], dtype=np.int8),
        status=np.array([[STATUSES.index(step[1]) for step in steps] for steps in filled], dtype=np.int8),
        shortest=np.array([[step[2] for step in steps] for steps in filled], dtype=np.int32),
        span=np.array([[step[3] - step[2] + 1 for step in steps] for steps in filled], dtype=np.int32),
    )


def _words(codes: np.ndarray, words: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(words))


def _dates(days: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    return pa.array(days, pa.int32(), mask=mask).cast(pa.date32())
