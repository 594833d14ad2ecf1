"""National returns as they were closed: which periods are, their rows as sent, and the records that they counted."""

from pathlib import Path

import pyarrow as pa

from clockstop.intake.return_file import read_sheet
from clockstop.rules.national_return import NationalReturn, ReturnRow
from clockstop.rules.return_period import ReturnPeriod
from clockstop.store import frozen_returns
from clockstop.store.frozen_returns import FrozenReturn
from clockstop.store.home import Home


def closed(
    home: Home, declared: NationalReturn, trust: str, period: ReturnPeriod, number: int | None = None
) -> FrozenReturn | None:
    """The period as it was closed, its last revision or that of a number; None where it is open."""
    return frozen_returns.frozen(home, trust, period.name, number, slug=declared.slug)


def closings(home: Home, trust: str, slug: str) -> tuple[str, ...]:
    """What is closed of a trust's return: another one whenever a period is closed."""
    folder = home.returns / trust / slug
    return tuple(sorted(f"{file.parent.parent.name}/{file.parent.name}" for file in folder.glob("*/rev-*/receipt.json")))


def files(home: Home, declared: NationalReturn, kept: FrozenReturn) -> dict[str, Path]:
    """The file of each sheet as it was sent."""
    first, *others = declared.sheets
    found = {first.name: frozen_returns.return_file(home, kept)}
    for place, sheet in enumerate(others, start=2):
        if frozen_returns.sheet_name(place) in kept.sheets_sha256:
            found[sheet.name] = frozen_returns.sheet_file(home, kept, place)
    return found


def rows_as_sent(home: Home, declared: NationalReturn, kept: FrozenReturn, period: ReturnPeriod) -> tuple[ReturnRow, ...]:
    """Every row of the return as it was sent."""
    found = files(home, declared, kept)
    return tuple(row for name, file in found.items() for row in read_sheet(file, declared, declared.sheet(name), period).rows)


def records_as_sent(home: Home, kept: FrozenReturn) -> pa.Table:
    """The records that the return counted. Patient-level: the caller asks the scope first."""
    return frozen_returns.pathways(home, kept)
