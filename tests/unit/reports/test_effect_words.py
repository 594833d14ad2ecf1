"""What is said of an action that is done: never more than the chart shows."""

from datetime import date

import pytest

from clockstop.insight.effect import Effect
from clockstop.measures.catalogue import measure
from clockstop.reports.effect_words import sentence

WITHIN = measure("rtt_within_18_weeks")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"after": None, "months_after": 0}, "Too early: no whole month has passed since."),
        (
            {"months_after": 2},
            "60.0% on average over the 12 months before, 65.0% on average over the 2 months since. "
            "Too early to say: 2 of the 7 months that a run needs, and no signal yet.",
        ),
        ({"months_after": 8}, "No signal since: the chart cannot tell this from noise."),
        (
            {"months_after": 3, "turn": "better", "since": date(2026, 6, 30)},
            "The chart has a signal for the better since, first in June 2026.",
        ),
        (
            {"months_after": 1, "turn": "worse", "since": date(2026, 6, 30), "was_so_before": True},
            "65.0% on average over the month since. The chart has a signal for the worse since, first in June 2026, "
            "but it gave that signal before too.",
        ),
        ({"months_after": 8, "months_before": 0, "before": None}, "since; nothing is known of the months before."),
    ],
)
def test_the_words(parts, said):
    assert said in sentence(WITHIN, Effect(**({"before": 0.6, "after": 0.65, "months_before": 12} | parts)))
