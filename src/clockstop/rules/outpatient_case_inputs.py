"""Reading the inputs of outpatient cases: counts by code, records under several spellings, times of the day."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from clockstop.errors import UserError
from clockstop.rules.case_inputs import a_code, the_first

LONDON = ZoneInfo("Europe/London")
MINUTES_OF_A_DAY = 24 * 60
# A list of times whose end is earlier than its start runs past midnight, if it is no longer than this; else it is an error.
LONGEST_OVER_MIDNIGHT = 12 * 60

CODE = (
    "attended_or_did_not_attend_code", "attended_or_did_not_attend", "attendance_code", "code", "attended", "outcome_code",
    "outcome", "status",
)  # fmt: skip
FIRST_CODE = ("first_attendance_code", "first_attendance", "first")
DAY = ("appointment_date", "date", "day", "session_date", "appointment")
CANCELLED_ON = ("appointment_cancelled_date", "cancelled_date", "cancelled_on", "cancellation_date", "cancelled")
SERIES = ("patient_pathway_identifier", "pathway", "series", "patient", "referral")

# Words for the codes, as people write them in place of numbers.
WORDS = {
    "attended": "5", "seen": "5", "on_time": "5", "arrived_late": "6", "late": "6", "late_seen": "6", "late_not_seen": "7",
    "patient_cancelled": "2", "cancelled_patient": "2", "patient_cancel": "2", "cancelled_by_patient": "2", "dna": "3",
    "did_not_attend": "3", "provider_cancelled": "4", "cancelled_provider": "4", "provider_cancel": "4",
    "hospital_cancelled": "4", "cancelled_by_provider": "4", "future": "0", "booked": "0", "true": "5",
}  # fmt: skip


def an_outcome(value: Any) -> str | None:
    """The attendance code of a number, a text or a word for it; None where it says nothing.

    >>> an_outcome(5), an_outcome("05"), an_outcome("DNA"), an_outcome(True), an_outcome("")
    ('5', '5', '3', '5', None)
    """
    text = (a_code(value) or "").lower().replace(" ", "_").replace("-", "_")
    return WORDS.get(text, text.lstrip("0") or ("0" if text else None))


def counts(values: Any) -> Counter[str]:
    """How many of each code, from a mapping of codes to numbers or a list of codes or of records with one.

    >>> counts({5: 2, "3": 1}) == counts(["5", 5, {"code": 3}])
    True
    """
    found: Counter[str] = Counter()
    if isinstance(values, Mapping):
        for code, number in values.items():
            found[an_outcome(code) or ""] += number
        return found
    for value in values:
        found[an_outcome(the_first(value, *CODE) if isinstance(value, Mapping) else value) or ""] += 1
    return found


def has_any(inputs: Mapping[str, Any], names: Iterable[str]) -> bool:
    """Whether the inputs hold one of the names."""
    return any(name in inputs for name in names)


def under(value: Any, *names: str) -> dict[str, Any]:
    """One answer under each of its names."""
    return dict.fromkeys(names, value)


def a_minute(value: Any) -> int:
    """A time as minutes of local time: of the day for "HH:MM", since the year 1 where there is a date.

    YAML reads an unquoted 08:30 as the number 510. A time with a zone becomes London's, so that clocks that change do no harm.

    >>> a_minute("08:30"), a_minute(510), a_minute("24:00")
    (510, 510, 1440)
    >>> a_minute("2026-03-29T12:00:00+00:00") - a_minute("2026-03-29 08:00")
    300
    """
    if isinstance(value, (int, float)):
        return int(value)
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    if isinstance(value, datetime):
        return _minute_of(value)
    text = str(value).strip()
    try:
        if len(text) <= 8:
            hours, minutes = text.split(":")[:2]
            return int(hours) * 60 + int(minutes)
        return _minute_of(datetime.fromisoformat(text))
    except ValueError:
        raise UserError(f"'{value}' is not a time", do="Write times as HH:MM, or YYYY-MM-DD HH:MM.") from None


def _minute_of(instant: datetime) -> int:
    local = instant.astimezone(LONDON).replace(tzinfo=None) if instant.tzinfo else instant
    return date.toordinal(local.date()) * MINUTES_OF_A_DAY + local.hour * 60 + local.minute


def an_interval(value: Any) -> tuple[int, int]:
    """Start and end, from a pair or a record; an end that is earlier lies on the next day, where that is plausible.

    >>> an_interval(["22:00", "01:00"]), an_interval({"start": "08:00", "end": "09:00"})
    ((1320, 1500), (480, 540))
    """
    if isinstance(value, Mapping):
        value = (
            the_first(value, "start", "used_start", "from", "opens", "open", "check_in"),
            the_first(value, "end", "used_end", "to", "closes", "close", "check_out"),
        )
    start, end = (a_minute(each) for each in value)
    if end < start < MINUTES_OF_A_DAY and end + MINUTES_OF_A_DAY - start <= LONGEST_OVER_MIDNIGHT:
        end += MINUTES_OF_A_DAY
    return start, end


def intervals(values: Any) -> list[tuple[int, int]]:
    """A list of intervals, or the one that is given bare."""
    if not values:
        return []
    if isinstance(values, Mapping) or not isinstance(values[0], (list, tuple, Mapping)):
        return [an_interval(values)]
    return [an_interval(value) for value in values]
