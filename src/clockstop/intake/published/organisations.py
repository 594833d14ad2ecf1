"""An organisation as the loaded lists have it: name, ICB, region, days of opening and closing, and what became of it."""

import re
from dataclasses import dataclass
from typing import Any

from clockstop.errors import UnknownName
from clockstop.intake.published import catalogue, figure_reading, shipped
from clockstop.intake.published.declared.ods import WORDS
from clockstop.intake.published.figure_reading import MonthRevision
from clockstop.intake.published.successions import Succession, predecessors, successors
from clockstop.store.home import Home

DATASET = "ods"
_CODE = re.compile(r"[A-Z0-9]{3,6}")


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """What is known of an organisation, and by which files. Words that no list gives are empty; `is_open` is None then."""

    code: str
    words: dict[str, str]
    is_open: bool | None
    places: dict[str, str]
    sources: tuple[MonthRevision, ...]
    became: tuple[Succession, ...]
    came_of: tuple[Succession, ...]

    @property
    def name(self) -> str:
        """The name; the code where none is known."""
        return self.words.get("name") or self.code


def organisation(home: Home, code: str, *, number: int | None = None) -> Organisation:
    """The organisation by its ODS code, of the loaded lists, the newest first; else of what ships with Clockstop."""
    code = code.strip().upper()
    words: dict[str, str] = {}
    places: dict[str, str] = {}
    is_open: bool | None = None
    sources: list[MonthRevision] = []
    for one, rows in _rows(home, code, number):
        new = [row for row in rows if row["key"] not in places]
        for row in new:
            places[row["key"]] = f"{one.kept.file_name}, line {row['source_row']}"
            if row["key"] == "is_open":
                is_open = bool(row["value"])
            else:
                words[row["key"]] = row["text"]
        sources += [one] if new else []
    words = _completed(code, words)
    became, came_of = tuple(successors(code)), tuple(predecessors(code))
    if not words and not became and not came_of:
        raise _unknown(home, code)
    return Organisation(
        code=code, words=words, is_open=is_open, places=places, sources=tuple(sources), became=became, came_of=came_of
    )


def _rows(home: Home, code: str, number: int | None) -> list[tuple[MonthRevision, list[dict[str, Any]]]]:
    """What each loaded list has of it: lists with days of opening before others, then the later of month and load."""
    from pyarrow import parquet

    found = []
    for one in figure_reading.revisions_of(home, DATASET):
        if number not in (None, one.number):
            continue
        table = parquet.read_table(catalogue.table_file(home, one.kept, "figures"), filters=[("org_code", "=", code)])
        if table.num_rows:
            found.append((one, table.to_pylist()))
    has_days = {one.number: any(row["key"] == "opened" for row in rows) for one, rows in found}
    return sorted(found, key=lambda item: (has_days[item[0].number], item[0].kept.month, item[0].kept.last_load), reverse=True)


def _completed(code: str, words: dict[str, str]) -> dict[str, str]:
    """With names of ICB and region, and what ships where the loaded lists are silent."""
    known = shipped.organisations().get(code, {})
    given = {"name": known.get("name", ""), "icb": known.get("icb_code", ""), "region": known.get("region_code", "")}
    if code in shipped.REGIONS:
        given["name"] = shipped.REGIONS[code]
    whole = {**{name: text for name, text in given.items() if text}, **words}
    if icb_name := shipped.organisations().get(whole.get("icb", ""), {}).get("name"):
        whole.setdefault("icb_name", icb_name)
    if region_name := shipped.REGIONS.get(whole.get("region", "")):
        whole.setdefault("region_name", region_name)
    return {name: whole[name] for name in WORDS if whole.get(name)}


def _unknown(home: Home, code: str) -> UnknownName:
    loaded = figure_reading.revisions_of(home, DATASET)
    where = (
        f"Looked for in: {', '.join(one.kept.file_name for one in loaded)}." if loaded else "No list of organisations is loaded."
    )
    do = (
        "Give an ODS code such as RJ1."
        if not _CODE.fullmatch(code)
        else "Load the list that has it: `clockstop published load etr.csv`."
    )
    return UnknownName(f"There is no organisation {code}.", where=where, do=do)
