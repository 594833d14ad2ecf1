"""Reading the inputs of worked cases about wards and discharge: local times of instants, who died, what kind of stay it was."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from clockstop.errors import UserError
from clockstop.rules.admissions import has_died, is_adult_flow
from clockstop.rules.case_inputs import a_code, the_first
from clockstop.rules.discharge_ready import READY, WITHDRAWN, standing_dates
from clockstop.rules.readings import Readings

LONDON = ZoneInfo("Europe/London")
_YES, _NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0", "")


def local(value: Any) -> datetime | None:
    """An instant as London's local time: one with an offset is moved there, one without is local already; a day is its start.

    >>> local("2026-07-12T11:30:00+00:00"), local("2026-11-12T11:59:00"), local(None)
    (datetime.datetime(2026, 7, 12, 12, 30), datetime.datetime(2026, 11, 12, 11, 59), None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - local times carry no zone
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise UserError(f"'{value}' is no time", do="Write instants as 2026-11-12T11:59:00+00:00.") from None
    return value if value.tzinfo is None else value.astimezone(LONDON).replace(tzinfo=None)


def local_date(value: Any) -> date | None:
    """The local day of an instant or a day.

    >>> local_date("2026-07-11T23:30:00Z")
    datetime.date(2026, 7, 12)
    """
    instant = local(value)
    return None if instant is None else instant.date()


def is_true(value: Any, otherwise: bool = False) -> bool:
    """The truth that a case gives, as a truth, a number or a word."""
    if value is None:
        return otherwise
    said = str(value).strip().lower()
    return said in _YES if said in (*_YES, *_NO) else otherwise


def is_dead(one: Mapping[str, Any]) -> bool:
    """Whether the stay ended by death, said by any of the usual words or codes."""
    said = the_first(one, "died", "death", "dead", "is_dead", "deceased")
    alive = the_first(one, "alive", "is_alive", "discharged_alive")
    outcome = str(the_first(one, "outcome", "discharge_outcome", otherwise="") or "").lower()
    method = a_code(the_first(one, "discharge_method", "discharge_method_code"))
    destination = a_code(the_first(one, "discharge_destination", "discharge_destination_code", "destination"))
    return is_true(said) or not is_true(alive, otherwise=True) or outcome in ("died", "dead") or has_died(method, destination)


def is_adult(one: Mapping[str, Any]) -> bool:
    """Whether the stay is an adult's: children, births, maternity and well babies are not."""
    age = the_first(one, "age", "age_years")
    said = the_first(one, "adult", "is_adult")
    child = is_true(the_first(one, "child", "is_child", "paediatric")) or is_well_baby(one)
    is_of_age = age is None or float(age) >= Readings().adult_from_years
    return is_true(said, otherwise=True) and is_of_age and bool(is_adult_flow(admission_method(one), is_child=child))


def is_well_baby(one: Mapping[str, Any]) -> bool:
    """Whether it is a well newborn."""
    return is_true(the_first(one, "well_baby", "is_well_baby", "newborn"))


def admission_method(one: Mapping[str, Any]) -> str | None:
    """The admission method's code in capitals; a plain word (elective, emergency, maternity, ...) is taken for one of its codes."""
    said = a_code(the_first(one, "method", "admission_method", "admission_method_code", "admission_type", "type"))
    words = {"elective": "11", "emergency": "21", "maternity": "31", "transfer": "81", "birth": "82", "other": "81"}
    return None if said is None else words.get(said.lower(), said.upper())


def place_of(value: Any) -> str | None:
    """The code of where a patient came from or went; 51 where it is a hospital in words.

    >>> place_of(51), place_of("another hospital"), place_of("home")
    ('51', '51', 'home')
    """
    said = a_code(value)
    return "51" if said and any(word in said.lower() for word in ("hospital", "trust", "transfer")) else said


def admitted_at(one: Mapping[str, Any]) -> datetime:
    """When the stay began; it must be there."""
    found = local(the_first(one, "admitted", "admission", "admitted_at", "admission_date", "admitted_on", "start", "start_date"))
    if found is None:
        raise UserError("a stay has no admission", do="Give 'admitted' as a day or an instant.")
    return found


def discharged_at(one: Mapping[str, Any]) -> datetime | None:
    """When the stay ended; None while it has not."""
    return local(the_first(one, "discharged", "discharge", "discharged_at", "discharge_date", "discharged_on", "end", "end_date"))


def nights_of(one: Mapping[str, Any]) -> int | None:
    """Midnights from admission to discharge."""
    end = discharged_at(one)
    return None if end is None else (end.date() - admitted_at(one).date()).days


def history_of(one: Mapping[str, Any]) -> list[tuple[date, str]]:
    """The ready dates of a stay as (day, ready or withdrawn), in the order in which they were written down.

    Where a record does not say when that was, its own day stands for it; those of one instant keep the order of the case. A stay
    may give a single `drd` instead.
    """
    entries = the_first(one, "drd_history", "history", "ready_history", "ready_dates", "discharge_ready_dates")
    if entries is None:
        entries = [the_first(one, "drd", "discharge_ready_date", "ready_date", "ready")]
    found = [_entry(each) for each in entries if each is not None and each != ""]
    return [(day, status) for _, day, status in sorted(found, key=lambda each: each[0])]


def _entry(each: Any) -> tuple[datetime, date, str]:
    record = each if isinstance(each, Mapping) else {"date": each}
    day = local_date(the_first(record, "date", "drd", "discharge_ready_date", "ready_date", "day"))
    if day is None:
        raise UserError("an entry of a ready-date history has no date", do="Give 'date' as a day.")
    said = str(the_first(record, "status", "ready_status", otherwise=READY) or READY).strip().lower()
    status = READY if said in (READY, "set", "reset", "re-set", "set again") else WITHDRAWN
    written = local(the_first(record, "recorded_at", "recorded", "written_at", "entered_at"))
    return written or datetime(day.year, day.month, day.day), day, status  # noqa: DTZ001 - local times carry no zone


def standing_of(one: Mapping[str, Any]) -> list[date]:
    """The stay's ready dates that no later withdrawal took back."""
    return standing_dates(history_of(one))


def bank_holidays_of(inputs: Mapping[str, Any]) -> list[date] | None:
    """The holidays that a case brings; None: England's own."""
    said = the_first(inputs, "bank_holidays", "holidays")
    return None if said is None else [day for day in (local_date(each) for each in said) if day]


def days_of_counts(inputs: Mapping[str, Any]) -> dict[date, float]:
    """Discharges by day, from a mapping of days to numbers, or from records or days one a discharge."""
    said = the_first(inputs, "discharges_by_date", "discharges_by_day", "by_date", "counts", "discharges", otherwise={}) or {}
    found: dict[date, float] = {}
    for day, number in said.items() if isinstance(said, Mapping) else map(_counted, said):
        when = local_date(day)
        if when is not None and number is not None:
            found[when] = found.get(when, 0) + number
    return found


def _counted(each: Any) -> tuple[Any, float | None]:
    if not isinstance(each, Mapping):
        return each, 1
    day = the_first(each, "date", "day", "left_ward", "discharged", "discharge_date")
    return day, the_first(each, "n", "count", "number", "discharges", otherwise=1)


def last_day_of_window(inputs: Mapping[str, Any], otherwise: int) -> int:
    """The last day of the readmission window, both ends in: a number, [0, 29], or a record with `to`."""
    said = the_first(
        inputs, "last_day", "max_days", "window_days", "within_days", "window", "days", "variant_days", "readmission_days",
    )  # fmt: skip
    if isinstance(said, (list, tuple)) and said:
        said = said[-1]
    if isinstance(said, Mapping):
        said = the_first(said, "to", "last", "max", "days")
    return otherwise if said is None else int(said)
