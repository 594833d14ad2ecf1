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


@pytest.mark.parametrize("days", ["adjustment_days", "first_seen_adjustment_days"])
@pytest.mark.parametrize(("urgent", "net"), [(False, 59), (True, 48)])
def test_an_upgrade_s_clock_loses_no_days_of_the_first_appointment(urgent, net, days):
    """CWT-R06, R08: they lie before its day 0; a patient who was urgent all along keeps them."""
    reason = {"adjustment_reason": "3"} if days == "adjustment_days" else {}
    given = {"standard": "d62", "referral_received": "2026-07-01", "consultant_upgrade_date": "2026-08-03", "start": "2026-08-03"}
    inputs = {**given, "stop": "2026-10-01", "is_urgent": urgent, days: 11, **reason}
    assert outcome({"id": "X", "kind": "cwt_wait", "inputs": inputs, "expected": {"gross": 59, "net": net}}).status == "pass"


@pytest.mark.parametrize("standard", TABLES)
def test_every_rule_of_a_clock_has_its_sentence(standard):
    """And every cell of the table is given once, whatever a record says after what."""
    fold = clock(standard)
    assert len(fold.turns) == len(fold.states) * len(fold.events)
    assert all(rule_sentences.sentence(rule) for rule in fold.rules if rule)
