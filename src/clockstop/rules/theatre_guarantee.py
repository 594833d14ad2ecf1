"""Operations cancelled at the last minute, and the 28 days within which the patient is to be treated (TH-R10, TH-R11).

Every function takes plain values and Ibis values alike.
"""

from typing import Any

from clockstop.contracts.theatre_codes import CANCELLATION_KINDS
from clockstop.rules.either import both, choose, days_after, days_between, is_missing, is_not, is_one_of, is_plain

GUARANTEE_DAYS = 28

# Who or what cancelled: what the guarantee turns on. Only the hospital's own, non-clinical reasons fall under it.
NON_CLINICAL, CLINICAL, PATIENT = CANCELLATION_KINDS


def is_last_minute(cancelled_date: Any, intended_date: Any) -> Any:
    """Whether it was cancelled on the day of admission or operation, or after it (TH-R10).

    The intended day is the day to come in; where the patient was to come in earlier than the list, that earlier day.
    """
    is_known = both(is_not(is_missing(cancelled_date)), is_not(is_missing(intended_date)))
    if is_plain(cancelled_date, intended_date):
        return bool(is_known and cancelled_date >= intended_date)
    return is_known & (cancelled_date >= intended_date).fill_null(False)


def is_covered(kind: Any, is_on_the_day: Any) -> Any:
    """Whether the cancellation falls under the guarantee (TH-R11): at the last minute and for a non-clinical reason."""
    return both(is_one_of(kind, {NON_CLINICAL}), is_on_the_day)


def due_date(cancelled_date: Any) -> Any:
    """The last day on which the treatment is still inside the guarantee: day 28, the day of the cancellation being day 0."""
    return days_after(cancelled_date, GUARANTEE_DAYS)


def days_to_treatment(cancelled_date: Any, treated_date: Any, census: Any) -> Any:
    """The days from the cancellation to the treatment, or to the census where there was none by then."""
    is_treated = is_not(is_missing(treated_date))
    if not is_plain(treated_date, census):
        is_treated = is_treated & (treated_date <= census).fill_null(True)
    elif is_treated and census is not None:
        is_treated = treated_date <= census
    return days_between(cancelled_date, choose(is_treated, treated_date, census))


def is_breach(is_under_guarantee: Any, days: Any) -> Any:
    """Whether the guarantee is broken: not treated by the end of day 28.

    Day 28 itself is inside, so who is not treated yet breaks it from day 29 on. Nobody breaks it outside the guarantee.
    """
    return both(is_under_guarantee, (days or 0) > GUARANTEE_DAYS if is_plain(days) else (days > GUARANTEE_DAYS).fill_null(False))
