"""Every measure of discharge on a few drawn rows, as a refresh counts them: numerator and denominator by hand."""

from datetime import date

import ibis
import pytest

import drawn_tables
from clockstop.measures.catalogue import measure
from clockstop.measures.catalogue.discharge import MEASURES
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.periods import Running
from clockstop.measures.targets import bar
from clockstop.rules.discharge_ready import delay_band
from clockstop.store.engine import open_engine

AS_OF = date(2026, 11, 30)
# A row of discharges: its day, what it counts in, its delay. D1 to D8 are in scope; the child, the death and the day case are not.
DISCHARGES = """
    spell | day        | scope | delay | noon | five | free | edd | right | known | index | back
    ------+------------+-------+-------+------+------+------+-----+-------+-------+-------+-----
    D1    | 2026-11-02 | T     | 0     | T    | T    | T    | T   | T     | T     | T     | T
    D2    | 2026-11-02 | T     | 1     | F    | T    | T    | T   | F     | T     | T     | F
    D3    | 2026-11-03 | T     | 3     | F    | T    | F    | F   | T     | T     | F     | F
    D4    | 2026-11-04 | T     | 6     | F    | F    | F    | F   | F     | F     | T     | F
    D5    | 2026-11-07 | T     | 13    | F    | T    | F    | F   | F     | T     | T     | F
    D6    | 2026-11-07 | T     | 20    | T    | T    | T    | T   | F     | T     | T     | T
    D7    | 2026-11-08 | T     | 21    | F    | F    | F    | F   | F     | F     | F     | F
    D8    | 2026-11-09 | T     |       | F    | F    | F    | F   | F     | F     | T     | F
    child | 2026-11-10 | F     |       | F    | F    | F    | F   | F     | F     | T     | F
    died  | 2026-11-10 | F     |       | F    | F    | F    | F   | F     | F     | F     | F
    later | 2026-12-01 | T     | 0     | T    | T    | T    | T   | T     | T     | T     | T
"""
DAYS = """
    spell | day        | in_bed | judged | no_criteria | colour  | expected | senior
    ------+------------+--------+--------+-------------+---------+----------+-------
    A     | 2026-11-02 | T      | T      | T           | red     | T        | T
    A     | 2026-11-03 | T      | T      | F           | green   | T        | F
    A     | 2026-11-04 | T      | F      | F           | unknown | T        | F
    A     | 2026-11-05 | F      | F      | F           | green   | T        | T
    B     | 2026-11-01 | T      | F      | F           | unknown | F        | F
"""
ROUNDS = """
    ward | day        | is_held
    -----+------------+--------
    W1   | 2026-11-02 | T
    W1   | 2026-11-03 | F
    W2   | 2026-11-02 | T
    W2   | 2026-12-01 | T
"""
BY_HAND = {
    "discharge_on_ready_date": (1, 7),
    "discharge_ready_date_completeness": (7, 8),
    "discharge_delay_days": (64, 7),
    "discharge_delay_days_if_delayed": (64, 6),
    "discharge_delay_days_in_all": (64, 7),
    "discharge_delay_1": (1, 7),
    "discharge_delay_2_to_3": (1, 7),
    "discharge_delay_4_to_6": (1, 7),
    "discharge_delay_7_to_13": (1, 7),
    "discharge_delay_14_to_20": (1, 7),
    "discharge_delay_21_plus": (1, 7),
    "discharge_no_criteria_to_reside": (1, 4),
    "discharge_criteria_judged": (2, 4),
    "discharge_before_noon": (2, 8),
    "discharge_before_17": (5, 8),
    "discharge_bed_free_before_noon": (3, 8),
    "discharge_weekend_ratio": (1.5, 1.0),
    "discharge_weekend_share": (3, 8),
    "discharge_on_bank_holidays": (1, 8),
    "discharge_board_rounds_held": (2, 3),
    "discharge_expected_date_in_24_hours": (3, 8),
    "discharge_on_expected_date": (2, 5),
    "discharge_red_days": (1, 3),
    "discharge_days_assessed": (3, 4),
    "discharge_senior_review_before_midday": (2, 4),
    "discharge_readmission_30_days": (2, 7),
    "discharge_readmission_after_day_case": (1, 2),
}


def discharges(engine):
    rows = engine.memory(drawn_tables.table(DISCHARGES))
    weekend = rows.day.day_of_week.index() > 4
    return rows.mutate(
        trust=ibis.literal("TST"), is_in_scope=rows.scope, is_measured=rows.delay.notnull(), delay_days=rows.delay,
        is_on_ready_date=(rows.delay == 0).fill_null(False), is_delayed=(rows.delay > 0).fill_null(False),
        delay_band=delay_band(rows.delay), is_inpatient_discharge=rows.scope, is_before_noon=rows.noon, is_before_17=rows.five,
        is_bed_released_before_noon=rows.free, is_weekend_discharge=rows.scope & weekend,
        is_weekday_discharge=rows.scope & ~weekend, is_on_bank_holiday=rows.spell.isin(["D8", "child"]),
        is_expected_date_in_time=rows.edd, is_expected_date_right=rows.right,
        has_expected_day=rows.known, is_followed_up=rows["index"], is_readmitted=rows.back,
        is_followed_up_apart=rows.spell.isin(["child", "died"]), is_readmitted_apart=rows.spell == "child",
    )  # fmt: skip


def patient_days(engine):
    rows = engine.memory(drawn_tables.table(DAYS))
    return rows.mutate(
        trust=ibis.literal("TST"), is_in_bed_at_midnight=rows.in_bed, is_criteria_judged=rows.judged,
        has_no_criteria=rows.no_criteria, is_red=rows.colour == "red", is_assessed=rows.colour != "unknown",
        is_expected=rows.expected, is_reviewed_by_senior=rows.senior,
    )  # fmt: skip


def board_round_days(engine):
    rows = engine.memory(drawn_tables.table(ROUNDS))
    return rows.mutate(trust=ibis.literal("TST"), is_expected=ibis.literal(True))


@pytest.fixture(scope="module")
def november():
    """Each measure's numerator and denominator of November."""
    engine, found = open_engine(), {}
    for table in (discharges, patient_days, board_round_days):
        chosen = [one for one in MEASURES if one.table == table.__name__]
        for counts in fact_counts(chosen, table(engine), periods=[Running("month", AS_OF, 1)], by=("trust",)):
            for row in engine.rows(counts).to_pylist():
                if row["period_end"] == AS_OF:
                    found[row["measure"]] = (row["numerator"], row["denominator"])
    engine.close()
    return found


def test_each_measure_by_hand(november):
    assert november == BY_HAND
    assert {one.slug for one in MEASURES} == set(BY_HAND)


def test_values_are_sums_divided_once(november):
    """(3 / 2) / (5 / 5): a weekend's day has one and a half times the discharges of a weekday."""
    ratio = measure("discharge_weekend_ratio")
    assert ratio.value(*november["discharge_weekend_ratio"]) == 1.5
    assert measure("discharge_delay_days").value(64, 7) == pytest.approx(9.142857)


@pytest.mark.parametrize(
    ("slug", "value", "is_met"),
    [("discharge_before_noon", 0.33, True), ("discharge_before_noon", 0.3296, False), ("discharge_before_17", 0.75, True),
     ("discharge_weekend_ratio", 0.7999, False), ("discharge_board_rounds_held", 0.9999, False),
     ("discharge_expected_date_in_24_hours", 1.0, True)],
)  # fmt: skip
def test_ambitions_are_compared_before_rounding(slug, value, is_met):
    assert bar(slug, level="trust", on=AS_OF).is_met_by(value) is is_met
