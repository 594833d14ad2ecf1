"""Each made-up trust's own monthly RTT return, in the layout of the published full extract, with planted differences.

The return is what the trust "published": it follows the truth but for the differences declared here, which stand in truth/ too,
so that a reconciliation can be scored.
"""

import csv
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clockstop.dates import month_end, month_ends, month_start
from clockstop.rules.rtt_bands import OPEN_BAND, published_column
from clockstop.rules.treatment_functions import REPORTED_FUNCTIONS, TOTAL_FUNCTION
from clockstop.synthetic.histories import Truth
from clockstop.synthetic.organisations import GROUP_NAME
from clockstop.synthetic.pathways import NEVER, function_of
from clockstop.synthetic.people import COMMISSIONERS
from clockstop.synthetic.periods import Ending
from clockstop.synthetic.records import History
from clockstop.synthetic.working_calendar import day_number

MONTHS = 6
# The return of a month is published six weeks after it: on 15 November, September's is the latest.
DAYS_UNTIL_PUBLISHED = 42
PARENT = "ZZM"
COMMISSIONER_NAMES = {
    "ZZM": "MERIDALE (SUB ICB LOCATION)",
    "ZZN": "NORTH MERIDALE (SUB ICB LOCATION)",
    "13Q": "NATIONAL COMMISSIONING HUB 1",
    "NONC": "#N/A",
}
PARTS = {
    "Part_1A": "Completed Pathways For Admitted Patients",
    "Part_1B": "Completed Pathways For Non-Admitted Patients",
    "Part_2": "Incomplete Pathways",
    "Part_2A": "Incomplete Pathways with DTA",
    "Part_3": "New RTT Periods - All Patients",
}
FUNCTIONS = tuple(REPORTED_FUNCTIONS)
Counts = NDArray[np.int64]  # commissioner x function x band


@dataclass(frozen=True)
class Difference:
    """What a trust's return says otherwise than its records: so many fewer (or more) in the bands of one part and function."""

    trust: str
    month: str
    part: str
    treatment_function: str
    bands: str
    returned_less_true: int
    why: str


@dataclass(frozen=True)
class Planted:
    """A declared difference: a share of the pathways in bands `first` to `last`, left out, or returned under another function."""

    trust: str
    months_ago: int
    part: str
    function: str
    first: int
    last: int
    share: float
    why: str
    moved_to: str = ""


PLANTED = (
    Planted("ZZB", 0, "Part_2", "C_110", 53, OPEN_BAND, 0.35, "long waits taken off by a validation that the records do not show"),
    Planted("ZZB", 2, "Part_1B", "C_330", 1, OPEN_BAND, 0.25, "stops by letter that were not returned"),
    Planted("ZZA", 0, "Part_2", "X05", 1, OPEN_BAND, 0.30, "breast surgery returned under general surgery", moved_to="C_100"),
    Planted("ZZA", 0, "Part_2A", "X05", 1, OPEN_BAND, 0.30, "breast surgery returned under general surgery", moved_to="C_100"),
    Planted("ZZD", 1, "Part_3", "C_130", 1, 1, 0.15, "clock starts at Coast Hospital that were registered late"),
)  # fmt: skip


def returned_months(until: date) -> list[date]:
    """The last days of the months whose returns are published by `until`."""
    last = until - timedelta(days=DAYS_UNTIL_PUBLISHED)
    first = month_start(last)
    for _ in range(MONTHS + 1):
        first = month_start(first - timedelta(days=1))
    return [day for day in month_ends(first, month_end(last)) if day <= last][-MONTHS:]


def write_returns(folder: Path, found: History, truth: Truth, until: date) -> list[Difference]:
    """Write the trust's returns, one file a month, and say what was planted in them."""
    folder.mkdir(parents=True, exist_ok=True)
    planted: list[Difference] = []
    months = returned_months(until)
    for months_ago, month in enumerate(reversed(months)):
        counts = _counts(found, truth, month)
        for difference in (one for one in PLANTED if one.trust == found.trust.code and one.months_ago == months_ago):
            planted += _plant(counts, difference, month)
        _write_month(folder / f"{month:%Y%m%d}-RTT-{_in_words(month)}-full-extract.csv", found, counts, month)
    return planted


def _counts(found: History, truth: Truth, month: date) -> dict[str, Counts]:
    last = day_number(month)
    first = day_number(month_start(month))
    periods = truth.periods.only((truth.periods.known <= last) & (truth.periods.start <= last))
    ended = np.where(periods.end_known <= last, periods.end, NEVER)
    is_over = ended <= last
    in_month = is_over & (ended >= first) & (periods.ending != Ending.nullified) & (periods.ending != Ending.transferred)
    decided = _decided(found, last)[periods.pathway]
    band = np.clip(-(-(np.minimum(ended, last) - periods.start) // 7), 1, OPEN_BAND)
    function = np.array([FUNCTIONS.index(function_of(service)) for service in found.trust.services])[
        found.own.service[periods.pathway]
    ]
    commissioner = found.persons.commissioner[found.own.person[periods.pathway]]
    is_admitted = periods.ending == Ending.admitted
    chosen = {
        "Part_1A": in_month & is_admitted,
        "Part_1B": in_month & ~is_admitted,
        "Part_2": ~is_over,
        "Part_2A": ~is_over & decided,
        "Part_3": (periods.start >= first) & (periods.ending != Ending.nullified),
    }
    return {part: _cells(commissioner[rows], function[rows], band[rows]) for part, rows in chosen.items()}


def _decided(found: History, day: int) -> NDArray[np.bool_]:
    """By pathway, whether it is on the list for treatment at the end of `day`."""
    entries = found.entries
    on_list = (entries.decided <= day) & (entries.removed > day) & (entries.reason != 3) & (entries.kind != 13)
    is_listed = np.zeros(len(found.own), dtype=bool)
    is_listed[entries.pathway[on_list]] = True
    return is_listed


def _cells(commissioner: NDArray[np.int8], function: NDArray[np.int64], band: NDArray[np.int64]) -> Counts:
    shape = (len(COMMISSIONERS), len(FUNCTIONS), OPEN_BAND)
    place = np.ravel_multi_index((commissioner.astype(np.int64), function, band - 1), shape)
    return np.bincount(place, minlength=int(np.prod(shape))).reshape(shape)


def _plant(counts: dict[str, Counts], planted: Planted, month: date) -> list[Difference]:
    """Change the counts as declared; one row a changed function."""
    cells = counts[planted.part][:, FUNCTIONS.index(planted.function), planted.first - 1 : planted.last]
    running = np.floor(cells.cumsum() * planted.share + 0.5).astype(np.int64)
    taken = np.diff(running, prepend=0).reshape(cells.shape)
    cells -= taken
    made = [(planted.function, -int(taken.sum()))]
    if planted.moved_to:
        counts[planted.part][:, FUNCTIONS.index(planted.moved_to), planted.first - 1 : planted.last] += taken
        made.append((planted.moved_to, int(taken.sum())))
    bands = f"{planted.first} to {planted.last}"
    return [
        Difference(planted.trust, f"{month:%Y-%m}", planted.part, function, bands, number, planted.why)
        for function, number in made
        if number
    ]


def _write_month(file: Path, found: History, counts: dict[str, Counts], month: date) -> None:
    with file.open("w", encoding="utf-8", newline="") as written:
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow([
            "Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name",
            "Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code", "Commissioner Org Name",
            "RTT Part Type", "RTT Part Description", "Treatment Function Code", "Treatment Function Name",
            *(published_column(band) for band in range(1, OPEN_BAND + 1)),
            "Total", "Patients with unknown clock start date", "Total All",
        ])  # fmt: skip
        provider = (
            f"RTT-{_in_words(month)}",
            PARENT,
            f"{GROUP_NAME.upper()} (SYNTHETIC)",
            found.trust.code,
            found.trust.name.upper(),
        )
        for part, cells in counts.items():
            for place, commissioner in enumerate(COMMISSIONERS):
                who = ("", "", commissioner, COMMISSIONER_NAMES[commissioner], part, PARTS[part])
                for function, bands in _with_total(cells[place]):
                    rows.writerow([*provider, *who, function, REPORTED_FUNCTIONS.get(function, "Total"), *_figures(part, bands)])


def _with_total(cells: NDArray[np.int64]) -> list[tuple[str, NDArray[np.int64]]]:
    """The functions that have any, and their total; nothing where there is none."""
    found = [(function, bands) for function, bands in zip(FUNCTIONS, cells, strict=True) if bands.any()]
    return [*found, (TOTAL_FUNCTION, cells.sum(axis=0))] if found else []


def _figures(part: str, bands: NDArray[np.int64]) -> list[int | str]:
    """The bands and the three totals; the published file leaves some blank (planned-care.md 1.9)."""
    total = int(bands.sum())
    if part == "Part_3":
        return [""] * OPEN_BAND + ["", "", total]
    return [*(int(count) for count in bands), *((total, 0, total) if part in ("Part_1A", "Part_1B") else ("", "", total))]


def _in_words(month: date) -> str:
    names = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    return f"{names[month.month - 1]}-{month.year}"


def write_differences(file: Path, planted: list[Difference]) -> None:
    """The planted differences as a table."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as written:
        rows = csv.writer(written, lineterminator="\n")
        rows.writerow([column.name for column in fields(Difference)])
        rows.writerows(astuple(one) for one in planted)
