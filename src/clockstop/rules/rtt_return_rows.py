"""The rows of a monthly return in the layout of the published full extract (S5): its columns, parts, totals and order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from numbers import Real
from typing import Any

from clockstop.rules.rtt_bands import OPEN_BAND, published_column
from clockstop.rules.treatment_functions import REPORTED_FUNCTIONS, TOTAL_FUNCTION

PART_CODES = {"part_1a": "Part_1A", "part_1b": "Part_1B", "part_2": "Part_2", "part_2a": "Part_2A", "part_3": "Part_3"}
PART_TITLES = {
    "part_1a": "Completed Pathways For Admitted Patients",
    "part_1b": "Completed Pathways For Non-Admitted Patients",
    "part_2": "Incomplete Pathways",
    "part_2a": "Incomplete Pathways with DTA",
    "part_3": "New RTT Periods - All Patients",
}
# Only these parts give their known and unknown starts in columns of their own; Part 3 gives no bands (planned-care.md 1.9).
PARTS_WITH_STARTS = ("part_1a", "part_1b")
PART_WITHOUT_BANDS = "part_3"
BANDS = tuple(published_column(number) for number in range(1, OPEN_BAND + 1))
KNOWN, UNKNOWN, TOTAL = "Total", "Patients with unknown clock start date", "Total All"
PLACE = (
    "Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name",
    "Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code", "Commissioner Org Name",
    "RTT Part Type", "RTT Part Description", "Treatment Function Code", "Treatment Function Name",
)  # fmt: skip
HEADER = (*PLACE, *BANDS, KNOWN, UNKNOWN, TOTAL)
NOT_ENGLISH = "NONC"
_FUNCTION_ORDER = {function: place for place, function in enumerate((*REPORTED_FUNCTIONS, TOTAL_FUNCTION))}
_PART_ORDER = {part: place for place, part in enumerate(PART_CODES)}
# Not strftime: month names must not follow the server's locale.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# What stands in a cell: nothing, a number, or the text of a cell that is neither.
Cell = int | float | str | None


@dataclass(frozen=True, kw_only=True)
class ReturnRow:
    """One row of a return: the counts of one part, commissioner and function as they are written, blank cells as None.

    `line` is where it stands in its file, nought where it comes from none. A part or function that is none of ours is kept as it
    was written.
    """

    part: str
    commissioner: str
    treatment_function: str
    bands: tuple[Cell, ...]
    known: Cell
    unknown: Cell
    total: Cell
    provider: str = ""
    month: str = ""
    line: int = 0

    @property
    def is_total(self) -> bool:
        """Whether it is the sum of the functions."""
        return self.treatment_function == TOTAL_FUNCTION

    def cells(self) -> list[tuple[str, Cell]]:
        """Every count with the heading of its column."""
        return [*zip(BANDS, self.bands, strict=False), (KNOWN, self.known), (UNKNOWN, self.unknown), (TOTAL, self.total)]


@dataclass(frozen=True, kw_only=True)
class Names:
    """What codes are called in the files: provider and its integrated care board, commissioners and theirs."""

    provider: str = ""
    provider_parent: str = ""
    provider_parent_name: str = ""
    commissioners: Mapping[str, tuple[str, str, str]]  # code -> name, parent's code, parent's name

    def commissioner(self, code: str) -> tuple[str, str, str]:
        """Name, parent and parent's name of a commissioner; blank where they are not known."""
        return self.commissioners.get(code, ("#N/A" if code == NOT_ENGLISH else "", "", ""))


def number(cell: Cell) -> float:
    """The cell as a number; nought where it holds none.

    >>> number(3), number(None), number("x")
    (3.0, 0.0, 0.0)
    """
    return float(cell) if isinstance(cell, Real) and not isinstance(cell, bool) else 0.0


def return_rows(figures: Iterable[Mapping[str, Any]], *, provider: str, month: str) -> list[ReturnRow]:
    """The rows of a return from the counts of `rtt_return.figures`, with the total of each part and commissioner, in order."""
    counted: dict[tuple[str, str, str], dict[int | None, int]] = {}
    for row in figures:
        for function in (row["treatment_function"], TOTAL_FUNCTION):
            cells = counted.setdefault((row["part"], row["commissioner"] or "", function), {})
            cells[row["band"]] = cells.get(row["band"], 0) + row["pathways"]
    rows = [_row(key, cells, provider, month) for key, cells in counted.items()]
    return in_order(rows)


def in_order(rows: Iterable[ReturnRow], names: Names | None = None) -> list[ReturnRow]:
    """The rows as the published file orders them: by commissioner's parent and commissioner, part, function, total last."""
    parents = names or Names(commissioners={})
    return sorted(
        rows,
        key=lambda row: (
            row.provider, parents.commissioner(row.commissioner)[1], row.commissioner,
            _PART_ORDER.get(row.part, len(_PART_ORDER)), _FUNCTION_ORDER.get(row.treatment_function, len(_FUNCTION_ORDER)),
        ),
    )  # fmt: skip


def _row(key: tuple[str, str, str], cells: Mapping[int | None, int], provider: str, month: str) -> ReturnRow:
    part, commissioner, function = key
    place: dict[str, Any] = {
        "part": part, "commissioner": commissioner, "treatment_function": function, "provider": provider, "month": month,
    }  # fmt: skip
    total = sum(cells.values())
    if part == PART_WITHOUT_BANDS:
        return ReturnRow(**place, bands=(None,) * OPEN_BAND, known=None, unknown=None, total=total)
    bands = tuple(cells.get(band, 0) for band in range(1, OPEN_BAND + 1))
    unknown = cells.get(None, 0)
    if part in PARTS_WITH_STARTS:
        return ReturnRow(**place, bands=bands, known=total - unknown, unknown=unknown, total=total)
    return ReturnRow(**place, bands=bands, known=None, unknown=None, total=total)


def month_in_words(month: str) -> str:
    """How the column Period writes a month.

    >>> month_in_words("2026-10")
    'RTT-October-2026'
    """
    first = date.fromisoformat(f"{month}-01")
    return f"RTT-{_MONTHS[first.month - 1]}-{first.year}"


def written(row: ReturnRow, names: Names) -> list[Cell]:
    """The row's cells under `HEADER`."""
    name, parent, parent_name = names.commissioner(row.commissioner)
    return [
        month_in_words(row.month), names.provider_parent, names.provider_parent_name, row.provider, names.provider,
        parent, parent_name, row.commissioner, name,
        PART_CODES.get(row.part, row.part), PART_TITLES.get(row.part, ""), row.treatment_function,
        REPORTED_FUNCTIONS.get(row.treatment_function, "Total"), *(cell for _, cell in row.cells()),
    ]  # fmt: skip


def totals(rows: Sequence[ReturnRow]) -> dict[str, int]:
    """Each part's number of pathways: the sum of its total rows, or of its functions where a commissioner has no total row."""
    found: dict[str, float] = {}
    for row in single_count(rows):
        found[row.part] = found.get(row.part, 0) + number(row.total)
    return {part: int(found[part]) for part in PART_CODES if part in found}


def single_count(rows: Sequence[ReturnRow]) -> list[ReturnRow]:
    """The rows that count every pathway once: the total row of each part and commissioner, else its functions."""
    with_total = {(row.part, row.commissioner) for row in rows if row.is_total}
    return [row for row in rows if row.is_total or (row.part, row.commissioner) not in with_total]


def added(rows: Iterable[ReturnRow]) -> ReturnRow | None:
    """The rows added up, cell by cell, as one; None where there are none."""
    rows = list(rows)
    if not rows:
        return None
    width = max(len(row.bands) for row in rows)
    bands = tuple(sum(number(row.bands[place]) for row in rows if place < len(row.bands)) for place in range(width))
    known, unknown, total = (sum(number(getattr(row, name)) for row in rows) for name in ("known", "unknown", "total"))
    return replace(rows[0], bands=bands, known=known, unknown=unknown, total=total, commissioner="", line=0)
