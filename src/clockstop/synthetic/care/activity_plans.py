"""Activity plans of the made-up trusts: what each service did last year and a little more, laid on months by working days."""

from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.dates import add_months, month_start, working_days_of_month
from clockstop.synthetic.admissions import NOT_DONE
from clockstop.synthetic.care import FAULT_SCHEMA, Planted
from clockstop.synthetic.records import History

DATASETS = ("activity_plans",)
# The plan asks for so much more than was done; trusts differ in how far they are from it.
GROWTH, SPREAD = 1.03, 0.06
SEEN = (5, 6)
FIRST = (1, 3)
FOLLOW_UP = (2, 4)


def extracts(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """The plan of the financial year of the day, a line a service, point of delivery and month."""
    wobble = rng.normal(GROWTH, SPREAD, (len(found.trust.services), 4))
    known = int(max(found.spells.admitted.max(), found.entries.decided.max()))
    last = date.fromordinal(date(1970, 1, 1).toordinal() + day)
    first = date(last.year - (last.month < 4), 4, 1)
    months = [add_months(first, number) for number in range(12)]
    weights = np.array([working_days_of_month(month.year, month.month) for month in months], dtype=float)
    weights /= weights.sum()
    rows = [
        {
            "activity_plan_line_identifier": f"{function}-{point}-{month:%Y-%m}",
            "activity_treatment_function_code": function,
            "point_of_delivery": point,
            "month_date": month,
            "planned_activity": round(float(done * wobble[place, kind] * weight), 1),
        }
        for place, function in enumerate(found.trust.services)
        for kind, (point, done) in enumerate(_a_year(found, place, known).items())
        if done
        for month, weight in zip(months, weights, strict=True)
    ]
    return {"activity_plans": pa.Table.from_pylist(rows, _SCHEMA)}


_SCHEMA = pa.schema(
    {
        "activity_plan_line_identifier": pa.string(),
        "activity_treatment_function_code": pa.string(),
        "point_of_delivery": pa.string(),
        "month_date": pa.date32(),
        "planned_activity": pa.float64(),
    }
)


def _a_year(found: History, service: int, day: int) -> dict[str, float]:
    """What the service did in the year up to the day, the last one known: so the plan does not change from delivery to delivery."""
    rows, spells = found.appointments, found.spells
    mine = found.own.service[rows.pathway] == service
    seen = mine & np.isin(rows.outcome, SEEN) & _in_year(rows.day, day)
    in_year = (found.own.service[spells.pathway] == service) & _in_year(spells.left, day) & (spells.result != NOT_DONE)
    home = spells.left == spells.admitted
    return {
        "outpatient_first": float((seen & np.isin(rows.first, FIRST)).sum()),
        "outpatient_follow_up": float((seen & np.isin(rows.first, FOLLOW_UP)).sum()),
        "day_case": float((in_year & home).sum()),
        "elective": float((in_year & ~home).sum()),
    }


def _in_year(days: NDArray[np.int32], day: int) -> NDArray[np.bool_]:
    return (days <= day) & (days > day - 365)


def truth(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """The year's plan by point of delivery."""
    lines = extracts(found, day, rng)["activity_plans"]
    return {"year": lines.group_by("point_of_delivery").aggregate([("planned_activity", "sum")]).sort_by("point_of_delivery")}


def planted(rows: dict[str, pa.Table], found: History, day: int, rng: np.random.Generator) -> Planted:
    """One line whose month is given by its last day."""
    table = rows["activity_plans"]
    if not table.num_rows:
        return Planted(rows=rows)
    place = int(rng.integers(table.num_rows))
    months = table.column("month_date").to_pylist()
    months[place] = month_start(months[place]).replace(day=28)
    spoilt = table.set_column(table.column_names.index("month_date"), "month_date", pa.array(months, pa.date32()))
    line = table.column("activity_plan_line_identifier")[place].as_py()
    fault = {
        "fault": "month_not_by_its_first_day", "dataset": "activity_plans", "record_identifier": line, "column": "month_date",
        "reason": "not_a_month_s_first_day",
    }  # fmt: skip
    return Planted(rows={"activity_plans": spoilt}, faults=pa.Table.from_pylist([fault], FAULT_SCHEMA))
