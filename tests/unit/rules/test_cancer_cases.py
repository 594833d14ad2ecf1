"""What a cancer case cannot be worked out from is said, and nothing is guessed."""

import pytest

from clockstop.rules import rule_sentences
from clockstop.rules.cancer import TABLES, clock
from clockstop.rules.cases import outcome


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"standard": "d93", "start": "2026-05-01", "stop": "2026-05-20"}, "no cancer standard"),
        ({"standard": "d62"}, "a date is missing"),
    ],
)
def test_what_is_wrong_with_a_case(inputs, words):
    found = outcome({"id": "X", "kind": "cwt_wait", "inputs": inputs, "expected": {"gross": 1}})
    assert found.status == "fail"
    assert words in found.message


@pytest.mark.parametrize("standard", TABLES)
def test_every_rule_of_a_clock_has_its_sentence(standard):
    """And every cell of the table is given once, whatever a record says after what."""
    fold = clock(standard)
    assert len(fold.turns) == len(fold.states) * len(fold.events)
    assert all(rule_sentences.sentence(rule) for rule in fold.rules if rule)
