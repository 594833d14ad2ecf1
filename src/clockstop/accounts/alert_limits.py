"""From where on a look is told to governance: dated settings of an installation, never constants.

`[[access_alerts]]` in settings.toml, each with `from`, the first day on which it holds; what it leaves out is as it was before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from clockstop.errors import UnreadableFile
from clockstop.store.home import Home
from clockstop.store.settings import table_of


@dataclass(frozen=True, kw_only=True)
class AlertLimits:
    """The limits in force on a day. No guidance sets them: the defaults are ours, for the trust to change."""

    export_rows: int = 500
    patients_an_hour: int = 60
    # Nights, by London's clock, and how many nights in the four weeks before make the next one usual for a person.
    night_from_hour: int = 20
    night_until_hour: int = 7
    usual_nights: int = 3
    # Breaking the glass: for how long it opens a pathway, and how often a person may in 24 hours.
    open_minutes: int = 60
    openings_a_day: int = 5


_NAMES = tuple(field.name for field in fields(AlertLimits))


def limits_on(home: Home, day: date) -> AlertLimits:
    """The limits in force on that day."""
    limits = AlertLimits()
    for entry in sorted(table_of(home, "access_alerts"), key=lambda one: _first_day(home, one)):
        if _first_day(home, entry) <= day:
            limits = replace(limits, **_checked(home, entry))
    return limits


def _first_day(home: Home, entry: Mapping[str, Any]) -> date:
    first = entry.get("from")
    if not isinstance(first, date):
        raise _wrong(home, "An entry of access_alerts has no first day.", "Write, for instance, from = 2026-04-01.")
    return first


def _checked(home: Home, entry: Mapping[str, Any]) -> dict[str, int]:
    for name, value in entry.items():
        if name != "from" and (name not in _NAMES or isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise _wrong(home, f"{name} = {value!r} is no limit.", f"Give whole numbers for: {', '.join(_NAMES)}.")
    return {name: value for name, value in entry.items() if name != "from"}


def _wrong(home: Home, what: str, do: str) -> UnreadableFile:
    return UnreadableFile(what, where=f"[[access_alerts]] in {home.settings_file}", do=do)
