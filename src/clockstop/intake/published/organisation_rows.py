"""Which rows of a published table are of England, a region, an ICB or a provider."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from clockstop.errors import UnreadableFile
from clockstop.intake.published.figures_table import ENGLAND
from clockstop.intake.published.layouts import FoundTable

if TYPE_CHECKING:
    import pandas as pd

ENGLAND_NAMES = (
    r"(all )?england( total)?|total|grand total|all english providers|all providers|england \(.*\)|national|all organisations"
)
_CODE = r"[A-Z0-9]{2,9}(-[A-Z0-9]+)?"
_ENGLAND_CODES = ("", "-", "ENG", "TOTAL", "ENGLAND", "ALL", "E92000001", "[Z]")


def organisations(table: FoundTable, month: str, *, england: str = ENGLAND_NAMES) -> "pd.DataFrame":
    """The table's rows with month, level, org_code and org_name; rows of notes, with no organisation, are left out.

    `table.places` has org_code, and org_name where the file has names. A row without a code is England's where its name says so.
    """
    rows = table.rows
    codes = rows["org_code"].map(_text).str.upper()
    names = rows["org_name"].map(_text) if "org_name" in rows else codes
    england_names = [name for name in names.unique() if re.fullmatch(england, name.lower().rstrip("*: "))]
    is_england = codes.isin(_ENGLAND_CODES) & names.isin(england_names)
    is_england |= codes.isin(("ENG", "TOTAL", "ENGLAND"))
    levels = {code: level_of(code) for code in codes.unique() if re.fullmatch(_CODE, code)}
    is_code = codes.isin(levels) & ~is_england
    made = rows.assign(
        month=month,
        org_code=codes.where(~is_england, ENGLAND),
        org_name=names.where(~is_england, "England"),
        level=codes.map(levels).where(~is_england, "england"),
    )
    kept = made[is_england | is_code]
    if not len(kept):
        where = f"Sheet {table.sheet}, below row" if table.sheet else "Below line"
        raise UnreadableFile("The table has no organisations.", where=f"{where} {table.header + 1}.", do="Download the file again.")
    return kept


def level_of(code: str) -> str:
    """The level that an organisation's code is of.

    >>> [level_of(code) for code in ("Y56", "QMF", "RJ1", "NT457", "G6V2S")]
    ['region', 'icb', 'provider', 'provider', 'provider']
    """
    if re.fullmatch(r"Y\d\d", code):
        return "region"
    return "icb" if re.fullmatch(r"Q[A-Z0-9]{2}", code) else "provider"


@lru_cache(maxsize=65_536, typed=True)
def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip() if cell is not None else ""
