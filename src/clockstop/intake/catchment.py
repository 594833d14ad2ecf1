"""Who lives in a trust's catchment, as `organisation.toml` says it: `[catchment.CUT]`, a line a value with its people."""

import tomllib

from clockstop.errors import UnreadableFile
from clockstop.store.home import Home

_DO = 'Write a number of people for each value, such as [catchment.deprivation_quintile] with "1" = 120000 and so on.'


def catchment(home: Home, trust: str, cut: str) -> dict[str, float]:
    """The people of each value of a cut (as the facts spell it); empty where the trust says nothing of it."""
    file = home.organisation_file(trust)
    if not file.is_file():
        return {}
    try:
        declared = tomllib.loads(file.read_text(encoding="utf-8")).get("catchment", {}).get(cut, {})
        return {str(value): float(people) for value, people in declared.items()}
    except (OSError, tomllib.TOMLDecodeError, AttributeError, TypeError, ValueError) as error:
        where = f"{file}: {error}"
        raise UnreadableFile(f"The catchment of {trust} cannot be read.", where=where, do=_DO) from None
