"""The cancer measures over random waits are what plain loops give; so are those of the steps."""

from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from clockstop.measures.catalogue.cancer import MEASURES
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.periods import Running
from clockstop.rules.cancer_stages import STEPS
from clockstop.store.engine import open_engine
from oracles.cancer_measures_by_hand import SAID
from oracles.fact_measures_by_hand import by_hand, month_ends, week_ends

AS_OF = date(2026, 11, 15)
ROWS = 400
DAYS = (
    "end_date", "responsibility_passed_date", "received_here_date", "decided_to_treat_date", "date_first_seen", "told_date",
    "treatment_start_date_cancer", "treatment_delay_start_date",
)  # fmt: skip


def _waits(rng):
    """Random waits: what is ended has a share and a truth of each kind; halves are exact in a float."""

    def among(*values):
        return [values[place] for place in rng.integers(0, len(values), ROWS)]

    def days(missing):
        found = [AS_OF + timedelta(days=int(day)) for day in rng.integers(-260, 10, ROWS)]
        return [None if gap else day for day, gap in zip(found, rng.random(ROWS) < missing, strict=True)]

    treated, met = among(0.0, 0.5, 1.0), among(True, False)
    return pa.table({
        "trust": among("a", "b"),
        "cancer_site": among("skin", "lung", "testicular", None),
        "route": among("urgent_suspected", "breast_symptomatic", "screening", "upgrade", "other"),
        "modality": among("surgery", "drugs", "radiotherapy", "none"),
        "standard": among("fds28", "d31", "d62", "d62"),
        "is_first_treatment": among(True, False),
        "is_counted": among(True, True, False),
        "is_cancer": among(True, False),
        "is_over_104": among(True, False),
        "backstop_from_day": pa.array([105] * ROWS, pa.int32()),
        "treated_share": treated,
        "within_share": [share if one else 0.0 for share, one in zip(treated, met, strict=True)],
        "breach_share": [0.0 if one else share for share, one in zip(treated, met, strict=True)],
        "adjustment_days": pa.array(among(0, 0, 11), pa.int32()),
        "first_seen_adjustment_days": pa.array(among(0, 0, 11), pa.int32()),
        "days_waited": pa.array(among(30, 31, 32, 62, 63), pa.int32()),
        "start_date": pa.array(days(0.05), pa.date32()),
        **{name: pa.array(days(0.5), pa.date32()) for name in DAYS},
        "treatment_adjustment_days": pa.array(among(0, 0, 20), pa.int32()),
    })  # fmt: skip


def _agree(measures, rows, said):
    engine = open_engine()
    periods = [Running("week", AS_OF, 10), Running("month", AS_OF, 6)]
    tables = fact_counts(measures, engine.memory(rows), periods=periods, by=("trust", "cancer_site"))
    found = engine.rows(ibis.union(*tables) if len(tables) > 1 else tables[0]).to_pylist()
    engine.close()
    got = {
        (row["measure"], row["period_kind"], row["period_end"], row["trust"], row["cancer_site"]):
        (row["numerator"], row["denominator"]) for row in found
    }  # fmt: skip
    ends = {"week": week_ends(AS_OF, 10), "month": month_ends(AS_OF, 6)}
    wanted = by_hand(rows.to_pylist(), said, ends, ("trust", "cancer_site"))
    assert {key: pair for key, pair in got.items() if any(pair)} == wanted
    assert {key[0] for key in wanted} == set(said)


@pytest.mark.parametrize("seed", [1, 2])
def test_waits_are_counted_as_by_hand(seed):
    measures = [one for one in MEASURES if one.table == "cancer_waits"]
    assert {one.slug for one in measures} == set(SAID)
    _agree(measures, _waits(np.random.default_rng(seed)), SAID)


def test_steps_are_counted_as_by_hand():
    rng = np.random.default_rng(3)
    ends = [AS_OF + timedelta(days=int(day)) for day in rng.integers(-200, 0, ROWS)]
    rows = pa.table({
        "trust": ["a", "b"] * (ROWS // 2),
        "cancer_site": ["skin", "lung", "lung", None] * (ROWS // 4),
        "step": [list(STEPS)[place] for place in rng.integers(0, len(STEPS), ROWS)],
        "end_date": pa.array([None if place % 9 == 0 else day for place, day in enumerate(ends)], pa.date32()),
        "days": pa.array(rng.integers(0, 40, ROWS), pa.int32()),
    })  # fmt: skip

    def of_step(step):
        def of_row(row, end):
            return (float(row["days"]), 1.0) if row["step"] == step else (0.0, 0.0)

        return (of_row, "end_date")

    _agree([one for one in MEASURES if one.table == "cancer_steps"], rows, {f"cancer_step_{step}": of_step(step) for step in STEPS})
