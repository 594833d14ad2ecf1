"""Specialist advice and patient initiated follow-up: what counts, and when (OP-R08 to R10; planned-care.md 6.2).

Every function takes plain values and Ibis values alike.
"""

from typing import Any

from clockstop.rules.either import both, days_between, either, has_happened, is_missing, is_not, is_one_of, lies_within

ADVICE_OUTCOMES = {
    "returned_with_advice": "Returned with advice",
    "converted": "Converted to a referral",
    "straight_to_test": "Sent straight to test",
    "redirected": "Sent to another service",
}
CLOSED_WITH_ADVICE = "returned_with_advice"


def is_processed(response_date: Any, outcome: Any) -> Any:
    """Whether a request for advice has been dealt with: answered, whatever the answer (OP-R09)."""
    return either(is_not(is_missing(response_date)), is_one_of(outcome, set(ADVICE_OUTCOMES)))


def is_diverted(outcome: Any, response_date: Any, referral_date: Any, within_days: int) -> Any:
    """Whether a request ended with advice, and no referral followed within so many days of the answer (OP-R10).

    >>> from datetime import date
    >>> answered = date(2026, 6, 1)
    >>> [is_diverted("returned_with_advice", answered, day, 90) for day in (None, date(2026, 8, 30), date(2026, 8, 31))]
    [True, False, True]
    """
    followed = lies_within(days_between(response_date, referral_date), 0, within_days)
    return both(is_one_of(outcome, {CLOSED_WITH_ADVICE}), is_not(followed))


def is_expired(end_date: Any, census: Any) -> Any:
    """Whether a patient initiated follow-up has run out: on its end date it becomes a discharge or a review."""
    return has_happened(end_date, census)
