"""The fact tables of discharge: discharges, board rounds, patients' days, and who is in a bed now (operations.md 2.3, 2.4)."""

from typing import Any

from ibis.expr.types import Table

from clockstop.rules.bed_spells import SPELL
from clockstop.rules.board_rounds import board_round_days
from clockstop.rules.discharge_ready import ready_date_entries
from clockstop.rules.discharges import discharges
from clockstop.rules.fact import Fact
from clockstop.rules.inpatients_now import expected_discharges, inpatients_now
from clockstop.rules.patient_days import patient_days


def _inpatients_now(*, inpatient_stays_now: Table, bed_stays_now: Table, **given: Any) -> Table:
    """The fact, from the few stays that matter now instead of the whole history."""
    return inpatients_now(inpatient_stays_now, bed_stays_now, **given)


def _expected_discharges(*, inpatient_stays_now: Table, bed_stays_now: Table, **given: Any) -> Table:
    return expected_discharges(inpatient_stays=inpatient_stays_now, bed_stays=bed_stays_now, **given)


FACTS = (
    Fact(
        name="discharges",
        title="Discharges",
        row="a spell that has ended",
        needs=("inpatient_stays", "bed_stays", "discharge_ready_dates"),
        build=discharges,
        order=("day", SPELL),
    ),
    Fact(
        name="ready_date_entries",
        title="Ready dates set and withdrawn",
        row="an entry of the history of a spell's discharge-ready date",
        needs=("inpatient_stays", "discharge_ready_dates"),
        build=ready_date_entries,
        order=(SPELL, "place"),
    ),
    Fact(
        name="board_round_days",
        title="Board rounds",
        row="a round that a ward was to hold",
        needs=("board_rounds", "wards"),
        build=board_round_days,
        order=("day", "ward_code"),
    ),
    Fact(
        name="patient_days",
        title="Days of patients on wards",
        row="a patient's day on a ward",
        needs=("ward_patient_days", "bed_stays", "inpatient_stays", "wards"),
        build=patient_days,
        order=("day", SPELL),
    ),
    Fact(
        name="inpatients_now",
        title="Patients in a bed now",
        row="a patient in a bed",
        needs=("inpatient_stays_now", "bed_stays_now", "discharge_ready_dates", "ward_patient_days"),
        build=_inpatients_now,
        order=("ward_code", "bay", "bed", SPELL),
        is_live=True,
    ),
    Fact(
        name="expected_discharges",
        title="Discharges expected today",
        row="a patient who is expected to leave today, or has left",
        needs=("inpatients_now", "inpatient_stays_now", "bed_stays_now", "ward_patient_days"),
        build=_expected_discharges,
        order=("ward_code", SPELL),
        is_live=True,
    ),
)
