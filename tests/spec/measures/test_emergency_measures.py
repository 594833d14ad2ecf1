"""Every measure of emergency care on a few rows of its fact, numerator and denominator by hand; medians of minutes exactly."""

from datetime import date
from statistics import median

import ibis
import pyarrow as pa
import pytest

from clockstop.measures.catalogue.emergency import MEASURES
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.minute_bands import minute_band, quantile_minutes
from clockstop.measures.periods import Running

DAY, OTHER = date(2026, 11, 10), date(2026, 10, 31)
# Type, minutes in the department, from the decision, to assessment, to treatment, from ready, and what is true of the visit.
VISITS = [
    ("01", 240, None, 0, 30, None, ""),
    ("01", 241, 200, 15, 61, 60, "admitted decided"),
    ("01", 1441, 721, 16, 90, 61, "admitted decided mental"),
    ("02", 720, 720, 5, 60, None, "admitted decided"),
    ("03", 721, None, None, None, None, "left child"),
    ("04", 100, None, 8, 20, None, "reattendance"),
    ("01", 900, None, None, None, None, "mental admitted"),
    ("01", None, None, None, None, None, "fault"),
    ("01", None, None, 4, None, None, "here"),
    ("05", 900, None, 2, 3, None, "sdec"),
    ("01", 10, None, 1, 1, None, "planned"),
]


def visits():
    rows = []
    for kind, minutes, decided, assessed, treated, ready, words in VISITS:
        has = words.split()
        unplanned = "planned" not in has
        rows.append({
            "reporting_date": DAY, "start_date": DAY, "department_type": kind, "minutes_in_department": minutes,
            "minutes_from_decision": decided, "minutes_to_assessment": assessed, "minutes_to_treatment": treated,
            "minutes_from_ready": ready, "is_unplanned": unplanned, "is_in_standard": unplanned and kind != "05",
            "is_timed": unplanned and kind != "05" and minutes is not None, "is_type_1": unplanned and kind == "01",
            "is_twelve_hour_type": unplanned and kind in ("01", "02"), "is_admitted": "admitted" in has,
            "is_within_4_hours": minutes is not None and minutes <= 240,
            "is_over_12_hours_from_arrival": minutes is not None and minutes > 720,
            "is_over_24_hours": minutes is not None and minutes > 1440,
            "is_over_12_hours_from_decision": decided is not None and decided > 720, "is_child": "child" in has,
            "is_left_before_seen": "left" in has, "is_reattendance": "reattendance" in has, "is_mental_health": "mental" in has,
            "is_still_here": "here" in has, "decision_to_admit_at": DAY if "decided" in has else None,
        })  # fmt: skip
    return rows


def handovers():
    minutes = [10, 15, 16, 30, 31, 45, 46, 60, 61]
    done = [
        {"end_date": DAY, "start_date": DAY, "handover_minutes": one, "is_completed": True, "is_still_waiting": False,
         "minutes_lost_over_15": max(0, one - 15), "minutes_lost_over_45": max(0, one - 45),
         **{f"is_within_{limit}": one <= limit for limit in (15, 30, 45, 60)}}
        for one in minutes
    ]  # fmt: skip
    other = dict.fromkeys(done[0], None) | {"start_date": DAY, "is_completed": False, "is_still_waiting": False}
    return [*done, other, other | {"is_still_waiting": True}]


ROWS = {
    "emergency_attendances": visits(),
    "ambulance_handovers": handovers(),
    "ed_specialty_responses": [
        {"start_date": DAY, "is_answered": known, "is_within_30": known and one <= 30, "is_within_60": known and one <= 60}
        for one, known in ((30, True), (31, True), (61, True), (0, False))
    ],
    "ed_area_states": [
        {"day": DAY, "temporary_patient_minutes": 180, "patient_minutes": 180, "site_minutes": 60},
        {"day": DAY, "temporary_patient_minutes": 0, "patient_minutes": 540, "site_minutes": 0},
        {"day": OTHER, "temporary_patient_minutes": 60, "patient_minutes": 60, "site_minutes": 60},
    ],
    "emergency_take": [{"start_date": DAY, "is_same_day": one} for one in (True, False, False)],
}
EXPECTED = {
    "ed_within_4_hours": (2, 7),
    "ed_within_4_hours_type_1": (1, 4),
    "ed_within_4_hours_type_2": (0, 1),
    "ed_within_4_hours_type_3": (1, 2),
    "ed_within_4_hours_admitted": (0, 4),
    "ed_within_4_hours_not_admitted": (2, 3),
    "ed_within_4_hours_children": (0, 1),
    "ed_over_12_hours_from_arrival": (2, 5),
    "ed_over_12_hours_from_decision": (1, 4),
    "ed_handover_within_15": (2, 9),
    "ed_handover_within_30": (4, 9),
    "ed_handover_within_45": (6, 9),
    "ed_handover_within_60": (8, 9),
    "ed_handovers_over_45": (3, 9),
    "ed_handover_mean": (314, 9),
    "ed_handover_hours_lost": (184 / 60, 9),
    "ed_handover_hours_lost_over_45": (32 / 60, 9),
    "ed_handover_completeness": (9, 10),
    "ed_assessment_within_15": (5, 6),
    "ed_assessment_timed": (5, 7),
    "ed_treatment_within_60": (3, 5),
    "ed_treatment_timed": (5, 7),
    "ed_left_before_seen": (1, 8),
    "ed_reattendance": (1, 9),
    "ed_ready_to_departure_within_60": (1, 2),
    "ed_conversion": (3, 5),
    "ed_mental_health_over_12_hours": (2, 2),
    "ed_mental_health_over_24_hours": (1, 2),
    "ed_attendances": (9, 9),
    "ed_untimed": (1, 8),
    "ed_admitted_without_decision": (1, 4),
    "ed_specialty_response_within_30": (1, 3),
    "ed_specialty_response_within_60": (2, 3),
    "ed_specialty_response_answered": (3, 4),
    "ed_corridor_patient_hours": (3, 12),
    "ed_corridor_patients": (180, 60),
    "ed_same_day_share": (1, 3),
}
QUANTILES = {
    "ed_minutes_to_assessment_median": 6.5,
    "ed_minutes_to_assessment_95th": 15.75,
    "ed_minutes_to_treatment_median": 60.0,
    "ed_minutes_to_treatment_95th": 84.2,
    "ed_handover_median": 31.0,
    "ed_handover_95th": 60.6,
}


@pytest.fixture(scope="module")
def counted():
    """Every row that November's counts give, by the measure or histogram."""
    found = {}
    for table, rows in ROWS.items():
        mine = [measure for measure in MEASURES if measure.table == table]
        drawn = ibis.memtable(pa.Table.from_pylist(rows))
        for each in fact_counts(mine, drawn, periods=[Running("month", date(2026, 11, 30), 1)], by=()):
            for row in each.to_pyarrow().to_pylist():
                found.setdefault(row["measure"], []).append(row)
    return found


@pytest.mark.parametrize("slug", EXPECTED)
def test_each_measure_by_hand(counted, slug):
    (row,) = counted[slug]
    assert (row["numerator"], row["denominator"]) == pytest.approx(EXPECTED[slug])


@pytest.mark.parametrize("slug", QUANTILES)
def test_each_median_and_percentile_by_hand(counted, slug):
    """As a spreadsheet gives them (MEDIAN, PERCENTILE.INC) of the visits that have a time of the step."""
    measure = next(one for one in MEASURES if one.slug == slug)
    bands = {row["band"]: row["numerator"] for row in counted[measure.histogram]}
    assert measure.value_of_bands(bands) == pytest.approx(QUANTILES[slug])


def test_every_measure_is_counted_by_hand():
    assert {measure.slug for measure in MEASURES} == EXPECTED.keys() | QUANTILES.keys()


def test_counts_of_two_sites_added_up_give_the_median_of_both():
    """Up to 4 hours the bands are minutes: what is read from them is exact, whatever was added up."""
    one, other = [3, 200, 200, 17], [240, 1, 90]
    counts = {}
    for minutes in (*one, *other):
        counts[minute_band(minutes)] = counts.get(minute_band(minutes), 0) + 1
    assert quantile_minutes(counts, 0.5) == median([*one, *other])


@pytest.mark.parametrize(("minutes", "width"), [(241, 5), (245, 5), (720, 5), (721, 30), (750, 30), (1000, 30), (20_160, 30)])
def test_a_long_wait_is_read_within_the_width_of_its_band(minutes, width):
    found = quantile_minutes({minute_band(minutes): 1}, 0.5)
    assert 0 <= found - minutes < width
