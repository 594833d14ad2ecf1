"""Charts for what an XmR chart does not suit: rare events (T, G) and shares and rates whose denominators change (P, U).

T: the days between events, which are raised to 1/3.6 so that they are spread evenly, drawn as an XmR chart and brought back.
G: how many cases (or days) passed between events, which are geometric: the middle is 0.693 of the mean, there is no lower limit,
and no rule of two in three. P: a share of a changing number. U: a rate over a changing exposure. P and U have limits of their own
at each point, the wider the smaller its denominator. Source: NHS England's SPC query for T and G; Shewhart's limits for P and U.
"""

from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from clockstop.insight.spc import SpcResult, SpcSeries, SpcSettings, judge
from clockstop.insight.spc_lines import GEOMETRIC_MIDDLE
from clockstop.insight.spc_rules import Floats

Chart = Literal["xmr", "t", "g", "p", "u"]
CHARTS: tuple[Chart, ...] = get_args(Chart)
POWER = 3.6
__all__ = ["CHARTS", "GEOMETRIC_MIDDLE", "Chart", "judge_days_between"]


def judge_days_between(series: SpcSeries, settings: SpcSettings) -> SpcResult:
    """A T chart: `values` are days between events, lines too; a lower limit below none is none.

    >>> days = np.array([[10.0, 30, 20, 25, 15, 35, 20, 10, 30, 25, 20, 15, 25, 300]])
    >>> found = judge_days_between(SpcSeries(values=days, improvement="up"), SpcSettings())
    >>> found.variation_word(), round(float(found.mean[0, 0]), 1)
    ('improving_high', 27.0)
    """
    found = judge(replace(series, values=np.power(series.values, 1 / POWER), targets=None), settings)
    return replace(found, mean=_days(found.mean), upl=_days(found.upl), lpl=_days(found.lpl))


def _days(line: Floats) -> Floats:
    days: Floats = np.power(np.where(line >= 0, line, np.nan), POWER)
    return days
