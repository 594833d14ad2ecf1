"""KH03 and QMCO: what a quarter counts, what would explain another figure, and what their own checks say."""

from datetime import date, datetime

import pyarrow as pa
import pytest

from clockstop.rules.national_return import Checkable, Counted, Place, checked, cut_of
from clockstop.rules.national_returns.kh03 import RETURN as KH03
from clockstop.rules.national_returns.qmco import RETURN as QMCO
from clockstop.rules.readings import Readings
from clockstop.rules.return_period import period_ending

QUARTER = period_ending("quarter", date(2026, 9, 30))
NIGHT = {"escalation_open": 0, "closed": 0, "on_leave": 0, "day_beds_used": 0, "occupied": 0, "ward_name": "A ward"}
DAY = date(2026, 7, 1)
WARD_NIGHTS = [
    {**NIGHT, "ward_code": "W1", "day": DAY, "bed_group": "general_and_acute", "available": 20, "occupied": 18,
     "escalation_open": 2},
    {**NIGHT, "ward_code": "W1", "day": date(2026, 7, 2), "bed_group": "general_and_acute", "available": 24, "occupied": 20},
    {**NIGHT, "ward_code": "W2", "day": DAY, "bed_group": "maternity", "available": 10, "occupied": 4, "closed": 3},
    {**NIGHT, "ward_code": "W2", "day": date(2026, 7, 2), "bed_group": "maternity", "available": 10, "occupied": 4, "on_leave": 1},
    {**NIGHT, "ward_code": "W3", "day": DAY, "bed_group": "critical_care", "available": 6, "occupied": 5},
    {**NIGHT, "ward_code": "W4", "day": DAY, "bed_group": "neonatal", "available": 8, "occupied": 7},
    {**NIGHT, "ward_code": "W5", "day": DAY, "bed_group": "day", "available": 12, "day_beds_used": 9},
    {**NIGHT, "ward_code": "W1", "day": date(2026, 6, 30), "bed_group": "general_and_acute", "available": 99, "occupied": 99},
]  # fmt: skip
BEGAN = datetime.fromisoformat("2026-06-30 09:00:00")
STAY = {
    "ward_stay_identifier": "S", "hospital_provider_spell_identifier": "P1", "patient_pathway_identifier": "P1",
    "ward_name": "A ward", "bed_group": "general_and_acute", "is_counted": True, "is_bed": True, "is_pseudo": False,
    "started_at": BEGAN, "spell_started_at": BEGAN, "start_date": date(2026, 6, 30),
    "end_date": date(2026, 7, 2), "carried_from_date": None, "carried_until_date": None, "activity_treatment_function_code": "328",
}  # fmt: skip
STAYS = [
    STAY,
    {**STAY, "hospital_provider_spell_identifier": "P2", "activity_treatment_function_code": "999", "end_date": None},
    {**STAY, "hospital_provider_spell_identifier": "P3", "bed_group": "critical_care"},
    {**STAY, "hospital_provider_spell_identifier": "P4", "is_counted": False},
]
CASE = {
    "theatre_case_identifier": "C1", "patient_pathway_identifier": "P1", "case_urgency": "elective", "is_covered": True,
    "is_first": True, "is_repeat": False, "is_traceable": True, "cancellation_kind": "non_clinical", "service": "C_110",
    "operation_date": date(2026, 8, 3), "cancelled_date": date(2026, 8, 3), "due_date": date(2026, 8, 31), "end_date": None,
    "cancelled_reason": "No bed", "local_patient_identifier": "1",
}  # fmt: skip
CASES = [
    CASE,
    {**CASE, "theatre_case_identifier": "on day 28", "end_date": date(2026, 8, 31)},
    {**CASE, "theatre_case_identifier": "again", "is_first": False, "is_repeat": True},
    {**CASE, "theatre_case_identifier": "clinical", "is_covered": False, "cancellation_kind": "clinical"},
    {**CASE, "theatre_case_identifier": "trauma", "case_urgency": "trauma"},
    {**CASE, "theatre_case_identifier": "last quarter", "cancelled_date": date(2026, 6, 20), "due_date": date(2026, 7, 18)},
    {**CASE, "theatre_case_identifier": "next quarter", "cancelled_date": date(2026, 9, 20), "due_date": date(2026, 10, 18)},
    {**CASE, "theatre_case_identifier": "no pathway", "is_traceable": False, "cancelled_date": date(2026, 7, 1)},
]


def _table(rows):
    """The rows as a table; a column of nothing is one of days."""
    found = pa.Table.from_pylist(rows)
    return found.cast(
        pa.schema([field.with_type(pa.date32()) if pa.types.is_null(field.type) else field for field in found.schema])
    )


@pytest.fixture
def figures(engine):
    """The figures of a return's members (or of a reason's candidates) by key and cut."""

    def of(declared, tables, reason=""):
        lent = {name: engine.memory(_table(rows)) for name, rows in tables.items()}
        build = declared.candidates if reason else declared.members
        rows = engine.rows(build(lent, QUARTER, Readings())).to_pylist()
        found = {}
        for row in rows:
            if not reason or row["reason"] == reason:
                place = (row["key"], cut_of({name: row[name] for name in declared.cuts if row[name]}))
                found[place] = found.get(place, 0) + row["adds"]
        return found

    return of


def _found(declared, figures, before=None):
    """What the checks of a return say of these figures."""
    counted = Counted(QUARTER, Place(org_code="QQA"), figures)
    rows = tuple(declared.layout(counted))
    then = tuple(declared.layout(Counted(QUARTER.before(), Place(org_code="QQA"), before))) if before else ()
    asked = Checkable(declared=declared, rows=rows, period=QUARTER, org_code="QQA", before=then, counted=counted)
    return {one.check.slug for one in checked(asked) if not one.is_passed}, rows


def test_beds_are_the_mean_of_the_nights_that_are_recorded(figures):
    """Two nights: general and acute (20 + 24) / 2 open; critical care, cots and day beds are in no sector; June is not in it."""
    found = figures(KH03, {"ward_nights": WARD_NIGHTS, "bed_stays": STAYS})
    failed, rows = _found(KH03, found)
    cells = dict(zip((one.name for one in KH03.sheets[0].columns), rows[0].cells, strict=True))
    assert (cells["Available: General & Acute"], cells["Available: Maternity"], cells["Available: Total"]) == (22, 10, 32)
    assert (cells["Occupied: General & Acute"], cells["Occupied: Total"], cells["% Occupied: Total"]) == (19, 23, 46 / 64)
    assert cells["% Occupied: Mental Illness"] is None
    assert failed == {"every_night", "specialties_add_up"}


def test_patients_are_counted_by_the_specialty_that_their_function_is_a_part_of(figures):
    """Stroke medicine is general medicine; a function of no specialty stands under none; who is not counted has no night."""
    found = figures(KH03, {"ward_nights": WARD_NIGHTS, "bed_stays": STAYS})
    assert {place: number for place, number in found.items() if place[0] == "occupied"} == {
        ("occupied", "specialty=300"): 1, ("occupied", ""): 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("without_escalation", {"general_acute_available": -2, "total_available": -2}),
        ("closed_counted", {"maternity_available": 3, "total_available": 3}),
        ("critical_care_counted", {"general_acute_available": 6, "total_available": 6, "general_acute_occupied": 5,
                                   "total_occupied": 5}),
        ("cots_counted", {"maternity_available": 8, "total_available": 8, "maternity_occupied": 7, "total_occupied": 7}),
        ("day_beds_counted", {"general_acute_available": 12, "total_available": 12, "general_acute_occupied": 9,
                              "total_occupied": 9}),
        ("on_leave_counted", {"maternity_occupied": 1, "total_occupied": 1}),
    ],
)  # fmt: skip
def test_beds_counted_otherwise(figures, reason, expected):
    found = figures(KH03, {"ward_nights": WARD_NIGHTS, "bed_stays": STAYS}, reason)
    assert {key: number for (key, _cut), number in found.items()} == expected


def test_an_occupancy_far_above_the_beds_is_asked_about():
    """It is never capped: 30 patients in 20 beds are sent as 150%, and explained."""
    nights = {("nights", ""): 92.0}
    sums = {(f"{sector}_{kind}", ""): 92.0 * number for sector in ("total", "general_acute")
            for kind, number in (("available", 20), ("occupied", 30))}  # fmt: skip
    failed, rows = _found(KH03, nights | sums | {("occupied", "specialty=300"): 92.0 * 30})
    assert failed == {"occupancy_unusual"}
    assert rows[0].cells[-5] == 1.5


def test_cancellations_count_by_their_day_and_broken_guarantees_by_day_29(figures):
    """Day 28 is inside; a repeat is another cancellation but no other guarantee; trauma and clinical reasons are left out."""
    found = figures(QMCO, {"theatre_cancellations": CASES})
    assert found == {
        ("last_minute_cancellations", ""): 5, ("not_treated_within_28_days", ""): 2, ("untraceable", ""): 1,
    }  # fmt: skip
    assert _found(QMCO, found)[0] == {"traceable"}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("clinical_counted", {"last_minute_cancellations": 1}),
        ("repeats_left_out", {"last_minute_cancellations": -1}),
        ("cancelled_late_known", {"last_minute_cancellations": -1}),
        ("breach_by_cancellation", {"not_treated_within_28_days": 0}),
    ],
)
def test_cancellations_counted_otherwise(figures, reason, expected):
    """By the quarter of the cancellation, September's comes and June's goes: the same number, of other patients."""
    found = figures(QMCO, {"theatre_cancellations": CASES}, reason)
    assert {key: number for (key, _cut), number in found.items()} == expected


def test_more_patients_cannot_wait_too_long_than_were_cancelled():
    """Those of this quarter and the last together are the most."""
    now = {("last_minute_cancellations", ""): 3.0, ("not_treated_within_28_days", ""): 6.0}
    assert _found(QMCO, now, {("last_minute_cancellations", ""): 2.0})[0] == {"breaches_of_cancellations"}
    assert _found(QMCO, now, {("last_minute_cancellations", ""): 3.0})[0] == set()
