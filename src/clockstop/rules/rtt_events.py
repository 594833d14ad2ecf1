"""How canonical RTT events become the symbols that the clock's table speaks of, and what class each has within its day.

The classes are those of the domain reference, 1.15, points 1 and 3: starts, continues, stops; a restart is a start that can open
the next clock on the day on which a stop ended the one before.
"""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.rules.fold import CONTINUE, RESTART, START, STOP, Refinement
from clockstop.rules.fold_kernel import NO_DATE, Events
from clockstop.rules.readings import Readings

ATTENDED = ("attend_10", "attend_11", "attend_12", "attend_20", "attend_90", "attend_unstated")
FIRST_REFERRALS = ("referral_received", "referral_after_emergency", "ubrn_converted", "interface_received")

DAY_CLASS = {
    **dict.fromkeys(
        (*FIRST_REFERRALS, "asi_worklist", "cas_booked", "self_referral_received", "self_referral_ratified", "self_referral_seen",
         "self_referral_no_receipt", "transfer_in", "transfer_later", "transfer_back", "transfer_undated", "planned_due_missed",
         "decision_to_treat", "attend_10", "attend_11", "attend_12"), START),
    **dict.fromkeys(
        ("rebook_contact", "clinician_offer_decision", "second_side_ready", "second_side_again", "new_treatment_decided",
         "separate_condition_referral", "re_referral", "re_referral_initial"), RESTART),
    **dict.fromkeys(
        ("ers_rejected", "emergency_presentation", "transfer_out", "transfer_out_passed", "first_dna_untold",
        "first_dna_suspected_cancer",
         "later_dna", "arrived_late_not_seen", "patient_cancel", "provider_cancel", "appointment_booked", "attend_20", "attend_90",
         "attend_unstated", "diagnostic_admission", "admit_not_done", "decline_date", "discharge_unsafe",
         "discharge_without_effect",
         "death_notified", "administrative_stop_void"), CONTINUE),
    **dict.fromkeys(
        ("attend_30", "attend_31", "attend_32", "attend_33", "attend_34", "attend_35", "attend_36", "first_dna", "admit_treat",
         "decision_not_to_admit", "no_admission_to_decide", "decline_treatment", "active_monitoring_31", "active_monitoring_32",
         "no_treatment_communicated", "transplant_listed", "discharge_to_gp", "discharge_after_dna",
         "discharge_after_dna_dated_back",
         "death", "administrative_stop_30", "administrative_stop_31", "administrative_stop_32", "administrative_stop_34",
         "administrative_stop_35", "administrative_stop_36"), STOP),
}  # fmt: skip
SYMBOLS = tuple(DAY_CLASS)
# What the clock reads of an event whatever the readings in force: the symbols, and a later DNA told apart as a first DNA would be.
CLOCK_EVENTS = (*SYMBOLS, "later_dna_untold", "later_dna_suspected_cancer")
CLOCK_EVENT = "clock_event"
_UNKNOWN = 127
_CODES = {name: code for code, name in enumerate(CLOCK_EVENTS)}

_DEATHS = ("death", "attend_36", "administrative_stop_36")
GROUPS = {
    "FIRST_REFERRALS": FIRST_REFERRALS,
    "SLOTS": ("asi_worklist", "cas_booked"),
    "RATIFICATIONS": ("self_referral_ratified", "self_referral_seen"),
    "RE_REFERRALS": ("re_referral", "re_referral_initial"),
    "REBOOKINGS": ("rebook_contact", "clinician_offer_decision"),
    "TREATMENTS": ("attend_30", "administrative_stop_30", "admit_treat"),
    "MONITORING_31": ("active_monitoring_31", "attend_31", "administrative_stop_31"),
    "MONITORING_32": ("active_monitoring_32", "attend_32", "administrative_stop_32"),
    "DISCHARGES": ("attend_34", "attend_35", "administrative_stop_34", "administrative_stop_35", "no_treatment_communicated",
                   "transplant_listed", "discharge_to_gp", "discharge_after_dna",
                   "discharge_after_dna_dated_back", "discharge_unsafe",
                   "decision_not_to_admit", "decline_treatment"),
    "DEATHS": _DEATHS,
    "NOT_FOR_TWO": tuple(symbol for symbol in SYMBOLS if symbol not in {*_DEATHS, "death_notified", "separate_condition_referral"}),
    "NOT_FOR_THE_DEAD": tuple(symbol for symbol in SYMBOLS if symbol not in {*_DEATHS, "death_notified"}),
}  # fmt: skip

# What an event leaves behind for those that follow: marks set, marks cleared.
_SEEN = (("seen",), ("missed", "missed_dna"))
MARK_CHANGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **dict.fromkeys(ATTENDED, _SEEN),
    **dict.fromkeys(("diagnostic_admission", "admit_not_done"), (("seen", "admission_tried"), ("missed", "missed_dna"))),
    **dict.fromkeys(
        ("first_dna", "first_dna_untold", "first_dna_suspected_cancer", "later_dna", "attend_33"), (("missed", "missed_dna"), ())
    ),
    "patient_cancel": (("missed",), ()),
    "emergency_presentation": (("emergency",), ()),
    "self_referral_received": ((), ("seen",)),
}

_STATUS_SYMBOLS = {
    "attend": {**{status: f"attend_{status}" for status in ("10", "11", "12", "30", "31", "32", "33", "34", "35", "36")},
               **dict.fromkeys(("20", "21", "99"), "attend_20"), **dict.fromkeys(("90", "91", "92", "98"), "attend_90")},
    "active_monitoring": {"31": "active_monitoring_31", "32": "active_monitoring_32"},
    "administrative_stop": {status: f"administrative_stop_{status}" for status in ("30", "31", "32", "34", "35", "36")},
}  # fmt: skip
_STATUS_ELSE = {
    "attend": "attend_unstated",
    "active_monitoring": "active_monitoring_32",
    "administrative_stop": "administrative_stop_void",
}


def readings_as(readings: Readings) -> tuple[Refinement, ...]:
    """The refinements that these readings add."""
    chosen = []
    if readings.re_referral_may_be_nullified:
        chosen.append(Refinement("re_referral", "always", "re_referral_initial"))
    return tuple(chosen)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def ordered(events: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """The events sorted by pathway, day and recorded order; equal ones keep the order in which they came."""
    rows = events.append_column("__row", pa.arange(0, events.num_rows))
    keys = [name for name in key if name in events.schema.names]
    by = [(name, "ascending") for name in (*keys, "event_date", "event_sequence", "__row")]
    return rows.sort_by(by).drop_columns(["__row"])


def encoded(events: pa.RecordBatch | pa.Table, *, readings: Readings) -> Events:
    """Each event's symbol, day and original start; absent optional columns read as null.

    The symbols come from the column `clock_event` where there is one, else from the canonical columns.
    """
    symbols = _symbols_under(readings)
    if CLOCK_EVENT in events.schema.names:
        given = _texts(events, CLOCK_EVENT)
        symbol = _looked_up(given, {name: symbols[code] for code, name in enumerate(CLOCK_EVENTS)}, _UNKNOWN)
        assert not (symbol == _UNKNOWN).any(), f"the column {CLOCK_EVENT} holds words that the clock does not know"
    else:
        symbol = np.array(symbols, dtype=np.uint8)[_clock_events(events)]
    return Events(symbol, _days(events, "event_date"), _days(events, "original_start_date"))


def with_clock_event(events: pa.Table) -> pa.Table:
    """The canonical events with `clock_event`, one of `CLOCK_EVENTS`: all that the clock reads of them but their dates."""
    words = pa.DictionaryArray.from_arrays(pa.array(_clock_events(events)), pa.array(CLOCK_EVENTS))
    return events.append_column(CLOCK_EVENT, words.cast(pa.string()))


def _clock_events(events: pa.RecordBatch | pa.Table) -> np.ndarray:
    """Each event's place in `CLOCK_EVENTS`, from the canonical columns."""
    types = _texts(events, "event_type")
    unknown = set(pc.unique(types).to_pylist()) - _EVENT_TYPES
    assert not unknown, f"event types that the contract does not know: {sorted(map(str, unknown))[:5]}"
    code = _looked_up(types, _CODES, 0)
    for event_type, by_status in _STATUS_SYMBOLS.items():
        _place_by_status(code, types, _texts(events, "referral_to_treatment_period_status"), event_type, by_status)
    _place_by_truth(code, events)
    return code


def _symbols_under(readings: Readings) -> list[int]:
    """The symbol of each of `CLOCK_EVENTS` under these readings."""
    nullifies, runs_on = readings.later_dna_without_activity_nullifies, readings.suspected_cancer_first_dna_runs_on
    first_dna = "first_dna_suspected_cancer" if runs_on else "first_dna"
    read_as = {
        "first_dna_suspected_cancer": first_dna,
        "later_dna": "first_dna" if nullifies else "later_dna",
        "later_dna_untold": "first_dna_untold" if nullifies else "later_dna",
        "later_dna_suspected_cancer": first_dna if nullifies else "later_dna",
    }
    return [_CODES[read_as.get(name, name)] for name in CLOCK_EVENTS]


_EVENT_TYPES = {"attend", "active_monitoring", "administrative_stop"} | {
    symbol
    for symbol in SYMBOLS
    if not symbol.startswith(("attend_", "administrative_stop_", "active_monitoring_"))
    and symbol
    not in {
        "referral_after_emergency", "self_referral_seen", "self_referral_no_receipt", "transfer_later",
        "transfer_back", "transfer_undated",
        "second_side_again", "re_referral_initial", "transfer_out_passed", "first_dna_untold", "first_dna_suspected_cancer",
        "discharge_unsafe", "discharge_without_effect", "no_admission_to_decide", "discharge_after_dna",
        "discharge_after_dna_dated_back",
    }
}  # fmt: skip


def _texts(events: pa.RecordBatch | pa.Table, name: str) -> pa.DictionaryArray:
    if name not in events.schema.names:
        return pa.nulls(events.num_rows, pa.string()).dictionary_encode()
    column = _whole(events, name)
    return column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()


def _whole(events: pa.RecordBatch | pa.Table, name: str) -> pa.Array:
    column = events.column(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _looked_up(values: pa.DictionaryArray, codes: dict[str, int], otherwise: int) -> np.ndarray:
    """Each value's code by one look-up in the dictionary; `otherwise` for those without one and for nulls."""
    table = np.array([codes.get(value, otherwise) for value in values.dictionary.to_pylist()] + [otherwise], dtype=np.uint8)
    places = values.indices
    if places.null_count:
        places = pc.fill_null(places.cast(pa.int32()), pa.scalar(len(table) - 1, pa.int32()))
    return np.take(table, places.to_numpy(zero_copy_only=False), mode="clip")


def _place_by_status(
    code: np.ndarray, types: pa.DictionaryArray, statuses: pa.DictionaryArray, event_type: str, by_status: dict
) -> None:
    where = _looked_up(types, {event_type: 1}, 0) == 1
    if where.any():
        codes = {status: _CODES[name] for status, name in by_status.items()}
        code[where] = _looked_up(statuses, codes, _CODES[_STATUS_ELSE[event_type]])[where]


def _place_by_truth(code: np.ndarray, events: pa.RecordBatch | pa.Table) -> None:
    """DNAs untold or of suspected cancer, discharges without safeguards, transfers of responsibility: words of their own."""
    code[(code == _CODES["discharge_to_gp"]) & _is(events, "has_safeguards", False)] = _CODES["discharge_unsafe"]
    code[(code == _CODES["transfer_out"]) & _is(events, "is_responsibility_passed", True)] = _CODES["transfer_out_passed"]
    untold = _is(events, "is_communicated", False)
    is_cancer = _looked_up(_texts(events, "priority_type_code"), {"3": 1}, 0) == 1
    for missed in ("first_dna", "later_dna"):
        where = code == _CODES[missed]
        code[where & is_cancer] = _CODES[f"{missed}_suspected_cancer"]
        code[where & untold] = _CODES[f"{missed}_untold"]


def _is(events: pa.RecordBatch | pa.Table, name: str, value: bool) -> np.ndarray:
    if name not in events.schema.names:
        return np.zeros(events.num_rows, dtype=np.bool_)
    is_same = pc.equal(_whole(events, name).cast(pa.bool_()), pa.scalar(value))
    return pc.fill_null(is_same, pa.scalar(False)).to_numpy(zero_copy_only=False)


def _days(events: pa.RecordBatch | pa.Table, name: str) -> np.ndarray:
    if name not in events.schema.names:
        return np.full(events.num_rows, NO_DATE, dtype=np.int32)
    days = _whole(events, name).cast(pa.date32()).view(pa.int32())
    return (pc.fill_null(days, pa.scalar(NO_DATE, pa.int32())) if days.null_count else days).to_numpy()
