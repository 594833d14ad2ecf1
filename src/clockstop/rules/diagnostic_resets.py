"""From which day a diagnostic wait restarts, and which offers count: DM-R03, DM-R04 and their readings.

Every function takes plain values and Ibis values alike, so that the facts and the worked cases say the same.
"""

from typing import Any

from clockstop.rules.either import choose, days_between, has_happened, is_plain


def day_of_cancelling(cancelled_date: Any, appointment_date: Any) -> Any:
    """The day on which a cancellation takes effect: that of the cancelling, and of the appointment where it is not known.

    One that was recorded after the appointment took effect on the day of the appointment.
    """
    return choose(has_happened(cancelled_date, appointment_date), cancelled_date, appointment_date)


def is_reasonable_offer(offered_on_date: Any, appointment_date: Any, notice_days: int) -> Any:
    """Whether a date was offered with enough notice to count when it is refused (DM-R04).

    An offer whose day was not recorded is taken as reasonable.

    >>> from datetime import date
    >>> is_reasonable_offer(date(2026, 9, 1), date(2026, 9, 22), 21), is_reasonable_offer(date(2026, 9, 1), date(2026, 9, 21), 21)
    (True, False)
    """
    notice = days_between(offered_on_date, appointment_date)
    if is_plain(offered_on_date, appointment_date):
        return notice is None or notice >= notice_days
    return (notice >= notice_days).fill_null(True)
