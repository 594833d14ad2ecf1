"""What a review speaks of first, and what it asks a narrative of (operations.md 8.3 and 8.5)."""

import pytest

from clockstop.insight.attention import attention_of


@pytest.mark.parametrize(
    ("variation", "assurance", "is_exception"),
    [
        ("concerning_low", "fail", True),
        ("concerning_high", "pass", True),
        ("concerning_high", "", True),
        ("common_cause", "fail", True),
        ("improving_high", "fail", True),
        ("common_cause", "hit_and_miss", False),
        ("common_cause", "pass", False),
        ("improving_low", "hit_and_miss", False),
        ("neutral_high", "", False),
        ("", "", False),
    ],
)
def test_a_narrative_is_asked_of_what_gets_worse_or_will_miss(variation, assurance, is_exception):
    assert attention_of(variation, assurance).is_exception == is_exception


def test_worse_and_sure_to_miss_comes_first_then_worse_then_what_cannot_meet_it_as_it_runs():
    pairs = [("improving_high", "fail"), ("common_cause", "fail"), ("concerning_low", "hit_and_miss"), ("concerning_low", "fail")]
    ranks = [attention_of(*pair).rank for pair in pairs]
    assert ranks == sorted(ranks, reverse=True)


def test_too_few_points_stand_in_no_row():
    assert attention_of("", "").row == ""
    assert attention_of("neutral_low", "").row == "neutral"
