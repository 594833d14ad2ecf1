"""What is wrong on purpose in the extracts of unplanned care: bad rows that are set aside, and records that load wrong as they are.

Each fault is on rows of its own; the rows of one visit or spell have one fault at most, so that what is unspoilt can be told.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.synthetic.care import FAULT_SCHEMA, Planted
from clockstop.synthetic.care import wards_base as base
from clockstop.synthetic.care.emergency_draw import ADMITTED, DISCHARGED, STREAMED, Ints, Truths
from clockstop.synthetic.care.emergency_records import Unplanned
from clockstop.synthetic.care.wards_base import GROUPS
from clockstop.synthetic.care.wards_spells import is_emergency, nights_of
from clockstop.synthetic.extract_columns import FIRST_RECORD, constant, dates
from clockstop.synthetic.london import MINUTES_A_DAY, Minutes, told, wall_days

VISITS, RIDES, SPELLS, STAYS, READY = (
    "ed_attendances", "ambulance_arrivals", "inpatient_spells", "ward_stays", "discharge_ready_dates",
)  # fmt: skip
STATES, BEDS, DAYS, HOME = "ed_states", "ward_bed_states", "ward_patient_days", "virtual_ward_stays"
KEYS = {
    VISITS: "emergency_care_attendance_identifier", RIDES: "ambulance_arrival_identifier",
    SPELLS: "hospital_provider_spell_identifier", STAYS: "ward_stay_identifier", READY: "discharge_ready_identifier",
    STATES: "ed_state_identifier", BEDS: "ward_bed_state_identifier", DAYS: "ward_patient_day_identifier",
    HOME: "virtual_ward_stay_identifier",
}  # fmt: skip
# Rows in a thousand under each fault, before the trust's own factor.
FAULTS_A_THOUSAND = 0.25
LEFT = "emergency_care_departure_at"
# What is lost with a departure: nobody wrote down how the visit ended.
LOST_TOO = {"no_departure": ("emergency_care_attendance_conclusion_at", "clinically_ready_to_proceed_at", "attendance_outcome",
                             "emergency_care_discharge_destination", "wait_reason")}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One kind: where, under which reason it is set aside (None: it loads), which records could have it, and what the cells become.

    `could` and `cells` are given the records and the places in them; a cell is a minute (`instants`), a day, or a text.
    """

    name: str
    dataset: str
    column: str
    reason: str | None
    could: Callable[[Unplanned, Ints], Truths]
    cells: Callable[[Unplanned, Ints], Minutes | pa.Array]
    is_day: bool = False


def _left(records: Unplanned, at: Ints) -> Minutes:
    return records.seen.left[at]


def _is_old(records: Unplanned, at: Ints) -> Truths:
    """Left long ago, on foot, and led to nothing else."""
    seen = records.seen
    plain = (seen.mode[at] == 1) & (seen.outcome[at] == DISCHARGED) & (seen.stream[at] < 0)
    return plain & (seen.left[at] < records.end - 3 * MINUTES_A_DAY)


def _is_older(records: Unplanned, at: Ints) -> Truths:
    return _is_old(records, at) & (records.seen.left[at] < records.end - 20 * MINUTES_A_DAY)


def _is_ended(records: Unplanned, at: Ints) -> Truths:
    """An emergency spell of two nights or more that ended alive, days ago, without the lounge."""
    stays = records.stays
    has_lounge = np.zeros(len(stays), bool)
    has_lounge[records.wanted.spell[records.wanted.group == base.LOUNGE]] = True
    fits = is_emergency(stays) & (nights_of(stays) >= 2) & ~stays.dies & (stays.age >= 2) & ~has_lounge
    return fits[at] & (stays.end[at] < records.end - 3 * MINUTES_A_DAY) & (stays.start[at] > records.begin)


def _is_dead(records: Unplanned, at: Ints) -> Truths:
    stays = records.stays
    return (
        stays.dies[at]
        & (nights_of(stays)[at] >= 1)
        & (stays.end[at] < records.end - MINUTES_A_DAY)
        & (stays.start[at] > records.begin)
    )


def _legs(records: Unplanned, at: Ints) -> tuple[Truths, Truths, Truths]:
    """Of these stays on wards: which are the last of a spell, which another follows, which are plain ones of a night or more."""
    wanted = records.wanted
    last = np.zeros(len(wanted), bool)
    is_last = wanted.end == records.stays.end[wanted.spell]
    last[is_last] = True
    general = np.isin([group.kind for group in GROUPS], ("general", "assessment"))[wanted.group]
    long = wall_days(wanted.end) - wall_days(wanted.start) >= 1
    spell = _is_ended(records, wanted.spell)
    plain = general & long & spell & (wanted.end - wanted.start > 900)
    return last[at], ~last[at], plain[at]


def _is_last_stay(records: Unplanned, at: Ints) -> Truths:
    last, _, plain = _legs(records, at)
    return last & plain


def _is_inner_stay(records: Unplanned, at: Ints) -> Truths:
    _, inner, plain = _legs(records, at)
    return inner & plain


def _text(value: str | None) -> Callable[[Unplanned, Ints], pa.Array]:
    return lambda records, at: pa.nulls(len(at), pa.string()) if value is None else constant(value, len(at))


def _none(records: Unplanned, at: Ints) -> pa.Array:
    return pa.nulls(len(at), pa.string())


def _any(records: Unplanned, at: Ints) -> Truths:
    return np.ones(len(at), bool)


def _recovery(records: Unplanned, at: Ints) -> pa.Array:
    code = records.wards.codes(records.found.trust)[int(np.flatnonzero(records.wards.group == base.RECOVERY)[0])]
    return constant(code, len(at))


def _ready_spell(at: Ints) -> Ints:
    return at // 3


FAULTS = (
    Fault("department_type_unknown", VISITS, "emergency_care_department_type", "unknown_code", _is_old, _text("07")),
    Fault("arrival_missing", VISITS, "emergency_care_arrival_at", "missing", _is_old, _none),
    Fault("departure_days_before_arrival", VISITS, LEFT, "departure_before_arrival", _is_old,
          lambda records, at: _left(records, at) - 3 * MINUTES_A_DAY),
    Fault("discharge_before_admission", SPELLS, "spell_ended_at", "discharge_before_admission", _is_ended,
          lambda records, at: records.stays.start[at] - 60),
    Fault("stay_ends_before_it_starts", STAYS, "ward_stay_ended_at", "ends_before_it_starts", _is_last_stay,
          lambda records, at: records.wanted.start[at] - 60),
    Fault("ready_status_unknown", READY, "ready_status", "unknown_code",
          lambda records, at: _is_ended(records, _ready_spell(at)), _text("MAYBE")),
    Fault("bed_state_negative", BEDS, "beds_open", "negative_beds", _any, lambda records, at: np.full(len(at), -1)),
    Fault("area_state_negative", STATES, "patients", "negative_patients", _any, lambda records, at: np.full(len(at), -2)),
    Fault("colour_unknown", DAYS, "colour", "unknown_code", _any, _text("AMBER")),
    Fault("virtual_stay_without_ward", HOME, "ward_code", "missing", _any, _none),
    Fault("departure_before_arrival", VISITS, LEFT, None, _is_old,
          lambda records, at: records.seen.registered[at] - 5 - at % 45),
    Fault("no_departure", VISITS, LEFT, None, _is_older, _none),
    Fault("triage_before_registration", VISITS, "emergency_care_initial_assessment_at", None, _is_old,
          lambda records, at: records.seen.registered[at] - 1 - at % 6),
    Fault("decision_before_arrival", VISITS, "decision_to_admit_at", None,
          lambda records, at: (records.seen.outcome[at] == ADMITTED) & (records.seen.left[at] < records.end - MINUTES_A_DAY),
          lambda records, at: records.seen.came[at] - 20 - at % 40),
    Fault("virtual_move", VISITS, "is_virtual_move", None,
          lambda records, at: (records.seen.outcome[at] == STREAMED) & (records.seen.stream[at] < 0), _text("true")),
    Fault("handover_before_arrival", RIDES, "handover_completed_at", None,
          lambda records, at: records.seen.left[at] < records.end - MINUTES_A_DAY,
          lambda records, at: records.seen.came[at] - 4 - at % 9),
    Fault("no_handover", RIDES, "handover_completed_at", None,
          lambda records, at: records.seen.left[at] < records.end - MINUTES_A_DAY, _none),
    Fault("stay_overlaps", STAYS, "ward_stay_ended_at", None, _is_inner_stay, lambda records, at: records.wanted.end[at] + 200),
    Fault("stay_leaves_a_gap", STAYS, "ward_stay_ended_at", None, _is_inner_stay, lambda records, at: records.wanted.end[at] - 240),
    Fault("stay_open_ended", STAYS, "ward_stay_ended_at", None, _is_inner_stay, _none),
    Fault("stay_open_after_discharge", STAYS, "ward_stay_ended_at", None, _is_last_stay, _none),
    Fault("stay_beyond_discharge", STAYS, "ward_stay_ended_at", None, _is_last_stay,
          lambda records, at: records.wanted.end[at] + MINUTES_A_DAY + 300),
    Fault("pseudo_ward_at_midnight", STAYS, "ward_code", None, _is_last_stay, _recovery),
    Fault("ready_after_discharge", READY, "discharge_ready_date", None, lambda records, at: _is_ended(records, _ready_spell(at)),
          lambda records, at: wall_days(records.stays.end[_ready_spell(at)]) + 2, is_day=True),
    Fault("ready_before_admission", READY, "discharge_ready_date", None, lambda records, at: _is_ended(records, _ready_spell(at)),
          lambda records, at: wall_days(records.stays.start[_ready_spell(at)]) - 2, is_day=True),
    Fault("death_with_open_spell", SPELLS, "spell_ended_at", None, _is_dead, _none),
)  # fmt: skip


def planted_in(rows: dict[str, pa.Table], records: Unplanned, rng: np.random.Generator) -> Planted:
    """The extracts with every fault in a few of their rows, and what was planted."""
    share = FAULTS_A_THOUSAND * records.found.trust.fault_factor / 1000
    taken = _Taken(records)
    planted: list[dict[str, str | None]] = []
    for fault in FAULTS:
        table = rows[fault.dataset]
        places = _places(table, fault.dataset)
        could = np.flatnonzero((places >= 0) & fault.could(records, np.maximum(places, 0)))
        could = could[~taken.holds(fault.dataset, places[could])]
        chosen = np.sort(rng.choice(could, min(max(2, round(table.num_rows * share)), len(could)), replace=False))
        chosen = chosen[taken.first(fault.dataset, places[chosen])]
        rows = {**rows, fault.dataset: _spoilt(table, fault, records, places, chosen)}
        for identifier in table.column(KEYS[fault.dataset]).take(pa.array(chosen)).to_pylist():
            planted.append({
                "fault": fault.name, "dataset": fault.dataset, "record_identifier": identifier, "column": fault.column,
                "reason": fault.reason,
            })  # fmt: skip
    return Planted(rows, pa.Table.from_pylist(planted, FAULT_SCHEMA))


class _Taken:
    """The visits, spells and other rows that have a fault."""

    def __init__(self, records: Unplanned) -> None:
        self.records = records
        self.known: dict[str, set[int]] = {}

    def _whose(self, dataset: str, places: Ints) -> tuple[str, Ints]:
        """Rows by what they tell of: stays and ready dates by their spell, ambulances by their visit."""
        if dataset == STAYS:
            return SPELLS, self.records.wanted.spell[places]
        return {READY: (SPELLS, _ready_spell(places)), RIDES: (VISITS, places)}.get(dataset, (dataset, places))

    def holds(self, dataset: str, places: Ints) -> Truths:
        """Which of these have a fault already."""
        kind, keys = self._whose(dataset, places)
        return np.isin(keys, sorted(self.known.get(kind, ())))

    def first(self, dataset: str, places: Ints) -> Ints:
        """Of these, the places of the first row of each visit or spell, which from now on have a fault."""
        kind, keys = self._whose(dataset, places)
        _, at = np.unique(keys, return_index=True)
        self.known.setdefault(kind, set()).update(keys.tolist())
        return np.sort(at)


def _places(table: pa.Table, dataset: str) -> Ints:
    """The place in the records that each row's identifier tells; -1 for elective spells, which are known by another number."""
    texts = table.column(KEYS[dataset])
    number = pc.cast(pc.utf8_slice_codeunits(texts, 4), pa.int64()).to_numpy() - FIRST_RECORD
    is_own = pc.not_equal(pc.utf8_slice_codeunits(texts, 3, 4), "S").to_numpy()
    return np.where(is_own, number, -1) if dataset == SPELLS else number


def _spoilt(table: pa.Table, fault: Fault, records: Unplanned, places: Ints, chosen: NDArray[np.int64]) -> pa.Table:
    held = table.column(fault.column).combine_chunks()
    made = fault.cells(records, places[chosen])
    if isinstance(made, np.ndarray):
        made = dates(made.astype(np.int32)) if fault.is_day else _as_column(made, held.type, records)
    if made.type != held.type:
        made = made.cast(held.type) if made.null_count == len(made) or pa.types.is_boolean(held.type) else made
    mask = np.zeros(table.num_rows, bool)
    mask[chosen] = True
    table = table.set_column(table.column_names.index(fault.column), fault.column, pc.replace_with_mask(held, pa.array(mask), made))
    for name in LOST_TOO.get(fault.name, ()):
        column = table.column(name).combine_chunks()
        table = table.set_column(
            table.column_names.index(name), name, pc.if_else(pa.array(mask), pa.scalar(None, column.type), column)
        )
    return table


def _as_column(values: Ints, kind: pa.DataType, records: Unplanned) -> pa.Array:
    return pa.array(values).cast(kind) if pa.types.is_integer(kind) else told(values, records.found.trust.file_form)
