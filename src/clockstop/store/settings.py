"""What an installation has set for itself in `settings.toml`: the readings of points that the guidance leaves open."""

import tomllib
from dataclasses import fields
from datetime import date
from typing import Any

from clockstop.errors import UnreadableFile
from clockstop.rules.readings import Readings
from clockstop.store.home import Home

_FIELDS = {field.name: field for field in fields(Readings)}


def readings(home: Home) -> Readings:
    """The readings in force: those of `[readings]` in settings.toml, the defaults for the rest."""
    chosen = _settings(home).get("readings", {})
    return Readings(**{name: _checked(home, name, value) for name, value in chosen.items()})


def schedule(home: Home) -> list[str]:
    """The times of day at which the data are to be refreshed: `refresh` of `[schedule]`; none where nothing is set."""
    said = _settings(home).get("schedule", {}).get("refresh", [])
    return [said] if isinstance(said, str) else list(said)


def table_of(home: Home, name: str) -> list[dict[str, Any]]:
    """The entries of `[[name]]` in settings.toml, in their order; none where there is no such table."""
    found = _settings(home).get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UnreadableFile(f"{name} is no list of entries.", where=str(home.settings_file), do=f"Head each entry [[{name}]].")
    return found


def _settings(home: Home) -> dict[str, Any]:
    if not home.settings_file.is_file():
        return {}
    try:
        return tomllib.loads(home.settings_file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            "The settings cannot be read as TOML.", where=f"{home.settings_file}: {error}", do="Mend the line named."
        ) from None


def _checked(home: Home, name: str, value: Any) -> Any:
    if name not in _FIELDS:
        raise UnreadableFile(
            f"There is no reading named {name}.",
            where=f"[readings] in {home.settings_file}",
            do=f"Use one of: {', '.join(_FIELDS)}.",
        )
    expected = type(getattr(Readings(), name))
    if not isinstance(value, expected):
        raise UnreadableFile(
            f"The reading {name} is {value!r}.",
            where=f"[readings] in {home.settings_file}",
            do=f"Give it as {_WORDS.get(expected, expected.__name__)}.",
        )
    return value


_WORDS = {bool: "true or false", str: "text in quotes", dict: "a table of dates", date: "a date", int: "a whole number"}
