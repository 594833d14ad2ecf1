"""Times of the day in contracts: text as HH:MM, since no date belongs to them."""

from ibis.expr.types import BooleanValue, StringValue


def is_no_time(time: StringValue) -> BooleanValue:
    """Whether a text that is there is no time of day from 00:00 to 24:00."""
    return (~time.re_search(r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")).fill_null(False)
