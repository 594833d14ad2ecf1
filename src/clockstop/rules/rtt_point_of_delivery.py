"""The point of delivery of a waiting-list row: RTT-R52 (S6). Takes plain values and Ibis values alike."""

from typing import Any

from clockstop.rules.either import both, choose, days_after, either, has_happened, is_missing, is_not, is_one_of
from clockstop.rules.rtt_validation import is_sentinel

POINTS_OF_DELIVERY = ("invalid", "Day Case", "Ordinary", "Other Admitted", "1st OP", "FU OP")
ADMITTED_LIST, NON_ADMITTED_LIST = "IRTT", "ORTT"
DAY_CASE_INTENTIONS = ("2", "4")
ORDINARY_INTENTIONS = ("1", "3", "5")


def point_of_delivery(
    *, waiting_list_type: Any, start_date: Any, intended_management_code: Any, first_activity_date: Any, census: Any
) -> Any:
    """One of `POINTS_OF_DELIVERY` (RTT-R52); null for a list that is neither admitted nor non-admitted RTT.

    A clock start that is missing, the sentinel or after the census is invalid. A first activity from before the clock
    start belongs to an earlier period and does not count.
    """
    is_invalid = either(is_not(has_happened(start_date, census)), is_sentinel(start_date))
    admitted = choose(
        is_one_of(intended_management_code, DAY_CASE_INTENTIONS),
        "Day Case",
        choose(is_one_of(intended_management_code, ORDINARY_INTENTIONS), "Ordinary", "Other Admitted"),
    )
    was_seen = _was_seen(first_activity_date, start_date, census)
    on_list = choose(
        is_one_of(waiting_list_type, {ADMITTED_LIST}),
        admitted,
        choose(is_one_of(waiting_list_type, {NON_ADMITTED_LIST}), choose(was_seen, "FU OP", "1st OP"), None),
    )
    return choose(is_invalid, "invalid", on_list)


def _was_seen(first_activity_date: Any, start_date: Any, census: Any) -> Any:
    is_earlier_period = either(is_missing(start_date), has_happened(first_activity_date, days_after(start_date, -1)))
    return both(has_happened(first_activity_date, census), is_not(is_earlier_period))
