"""Charts as the rules take them: many series one below another, each with the sections and targets that its chart has."""

from collections.abc import Sequence

import numpy as np

from clockstop.answers.spc import SpcChart
from clockstop.insight.spc import SpcSeries


def arrays_of(charts: Sequence[SpcChart]) -> SpcSeries:
    """The charts as arrays, the shorter ones filled up with missing points after their end."""
    width = max((len(one.points) for one in charts), default=1)
    values, targets = np.full((len(charts), width), np.nan), np.full((len(charts), width), np.nan)
    sections = np.zeros((len(charts), width), dtype=np.int64)
    for row, chart in enumerate(charts):
        for place, point in enumerate(chart.points):
            values[row, place] = np.nan if point.value is None else point.value
            targets[row, place] = np.nan if point.target is None else point.target
            sections[row, place:] = point.rebase_group - chart.points[0].rebase_group
    return SpcSeries(values=values, improvement=[one.improvement for one in charts], sections=sections, targets=targets)
