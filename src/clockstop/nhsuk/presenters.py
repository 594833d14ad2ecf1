"""Numbers, dates and waits as people say them. Each is a template filter of the same name (nhsuk/templating.py).

A share is 0 to 1 until it gets here. None is never shown as a dash or a zero: it is said in words.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NOT_KNOWN = "not known"
HALF_A_YEAR = timedelta(days=182)
MINUS = "−"


def number(value: float | None, places: int = 0) -> str:
    """The number with thousands parted and a true minus.

    >>> number(183420), number(-3.25, 1)
    ('183,420', '−3.2')
    """
    if value is None:
        return NOT_KNOWN
    return f"{value:z,.{places}f}".replace("-", MINUS)


def percent(share: float | None, places: int = 1) -> str:
    """A share of 0 to 1 in per cent.

    >>> percent(0.6423)
    '64.2%'
    """
    return NOT_KNOWN if share is None else f"{number(share * 100, places)}%"


def signed(value: float | None, places: int = 0) -> str:
    """A difference, always with its sign.

    >>> signed(42), signed(-318), signed(0)
    ('+42', '−318', '0')
    """
    if value is None:
        return NOT_KNOWN
    text = number(value, places)
    return f"+{text}" if round(value, places) > 0 else text


def points(share: float | None, places: int = 1) -> str:
    """A difference of shares in percentage points, without its sign: the words beside it say better or worse.

    >>> points(-0.091)
    '9.1 points'
    """
    return NOT_KNOWN if share is None else f"{number(abs(share) * 100, places)} points"


def day(value: date | None) -> str:
    """The day in full: 12 October 2026."""
    return NOT_KNOWN if value is None else f"{value.day} {value:%B %Y}"


def weekday(value: date | None) -> str:
    """The day in full with its name: Monday 12 October 2026."""
    return NOT_KNOWN if value is None else f"{value:%A} {day(value)}"


def short_day(value: date | None, as_of: date | None = None) -> str:
    """The day in a dense row: 12 Oct, with the year unless it is that of `as_of` or within half a year of it."""
    if value is None:
        return ""
    is_plain = as_of is not None and (value.year == as_of.year or abs(value - as_of) <= HALF_A_YEAR)
    return f"{value.day} {value:%b}" if is_plain else f"{value.day} {value:%b %Y}"


def month(value: date | None) -> str:
    """October 2026."""
    return NOT_KNOWN if value is None else f"{value:%B %Y}"


def time_of_day(value: datetime | None) -> str:
    """The instant's time in London: 06:10."""
    return NOT_KNOWN if value is None else f"{_local(value):%H:%M}"


def instant(value: datetime | None) -> str:
    """The instant in London: Monday 16 November 2026, 06:10."""
    return NOT_KNOWN if value is None else f"{weekday(_local(value).date())}, {time_of_day(value)}"


def weeks_and_days(days: int | None) -> str:
    """A wait as people say it.

    >>> weeks_and_days(129), weeks_and_days(126), weeks_and_days(1)
    ('18 weeks, 3 days', '18 weeks', '1 day')
    """
    if days is None:
        return NOT_KNOWN
    weeks, rest = divmod(days, 7)
    parts = [count(weeks, "week") if weeks else "", count(rest, "day") if rest or not weeks else ""]
    return ", ".join(part for part in parts if part)


def minutes_in_words(minutes: float | None) -> str:
    """A length of time in hours and minutes.

    >>> minutes_in_words(85), minutes_in_words(60), minutes_in_words(-12), minutes_in_words(7.5)
    ('1 h 25 min', '1 h', '−12 min', '8 min')
    """
    if minutes is None:
        return NOT_KNOWN
    minutes = float(minutes)  # an engine may add up whole minutes as decimals
    hours, rest = divmod(abs(int(minutes + 0.5 if minutes >= 0 else minutes - 0.5)), 60)
    parts = [f"{number(hours)} h" if hours else "", f"{rest} min" if rest or not hours else ""]
    return (MINUS if minutes < 0 else "") + " ".join(part for part in parts if part)


def count(value: int, noun: str, plural: str | None = None) -> str:
    """The number with its noun.

    >>> count(1, "week"), count(1184, "pathway"), count(2, "entry", "entries")
    ('1 week', '1,184 pathways', '2 entries')
    """
    return f"{number(value)} {noun if value == 1 else plural or noun + 's'}"


def lower_first(text: str) -> str:
    """The text as it goes on within a sentence; words that are capitals throughout stay so.

    >>> lower_first("Decision to treat"), lower_first("DNA at the first appointment")
    ('decision to treat', 'DNA at the first appointment')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _local(value: datetime) -> datetime:
    return value.astimezone(LONDON) if value.tzinfo else value.replace(tzinfo=ZoneInfo("UTC")).astimezone(LONDON)
