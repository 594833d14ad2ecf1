"""The shared check list of published figures: which question each of its rows asks of a loaded file."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pyarrow.compute as pc
from pyarrow import parquet

from clockstop.intake.published import catalogue
from clockstop.store.home import shared_folder

FOLDER = "data/published"
# Read back by test_published_checks.py, through RTT's own figures.
OF_RTT = ("rtt/Full-CSV-data-file-Jan26", "rtt/20241130-RTT-November-2024-RBD", "rtt/RTT-Overview-Timeseries")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A figure to be read by `figures_of`."""

    dataset: str
    month: str
    key: str
    level: str = "england"
    org_code: str = "ENG"
    cut: str = ""
    day: date | None = None


# A count of the loaded file: of its receipt and its table of figures.
Counted = Callable[[object, object], float]
Reader = Callable[[dict], Asked | Counted]


def rows_of_list():
    """The check list's rows; none where the shared folder is not there."""
    file = shared_folder() / FOLDER / "CHECKS.csv"
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def figures_table(home, receipt):
    """All figures of a loaded file."""
    return parquet.read_table(catalogue.table_file(home, receipt, "figures"))


def rows_read(home, receipt):
    """The rows that the receipt counts."""
    return receipt.rows_read


def providers(home, receipt):
    """How many providers the file has figures of."""
    table = figures_table(home, receipt)
    return pc.count_distinct(table.filter(pc.equal(table["level"], "provider"))["org_code"]).as_py()


def area(scope):
    """The level and code that a scope names."""
    found = re.match(r"provider (\w+)", scope)
    return {"level": "provider", "org_code": found[1]} if found else {}


_DM01 = {"total waiting list": "waiting_list", "waiting 6+ weeks": "waiting_6_weeks", "waiting 13+ weeks": "waiting_13_weeks"}


def _dm01(month):
    def asked(check):
        if check["measure"] == "provider rows":
            return providers
        test = re.match(r"test (\d+) ", check["scope"])
        where = {"cut": f"test={test[1]}"} if test else area(check["scope"])
        return Asked(dataset="dm01", month=month, key=_DM01[check["measure"]], **where)

    return asked


_CANCER = {"TOTAL TREATED": "total", "WITHIN STANDARD": "within", "BREACHES": "after", "total": "total", "within": "within"}
_CANCER |= {"Total": "total", "Within": "within"}
_STANDARD = {"28-day FDS": "fds", "31-day": "d31", "62-day": "d62", "FDS": "fds", "31D": "d31", "62D": "d62"}


def _cancer(month=""):
    def asked(check):
        if check["measure"] == "data rows":
            return rows_read
        scope = check["scope"]
        standard = next(key for words, key in _STANDARD.items() if words in scope)
        said = re.search(r"20\d\d-\d\d", scope)
        return Asked(
            dataset="cancer", month=said[0] if said else month, key=f"{standard}_{_CANCER[check['measure']]}", **area(scope)
        )

    return asked


_KH03 = {
    "available total": "total_available",
    "available G&A": "general_acute_available",
    "occupied total": "total_occupied",
    "occupied G&A": "general_acute_occupied",
    "% occupied G&A": "general_acute_share_occupied",
}


def _kh03(month):
    def asked(check):
        if check["measure"] == "organisations":
            return providers
        return Asked(dataset="kh03", month=month, key=_KH03[check["measure"]], **area(check["scope"]))

    return asked


_BEDS = {
    "G&A beds available": "general_acute_beds_available",
    "G&A beds occupied": "general_acute_beds_occupied",
    "G&A occupancy rate": "general_acute_occupancy",
    "Adult critical care beds available": "adult_critical_care_beds_available",
    "Adult critical care beds occupied": "adult_critical_care_beds_occupied",
}


def _beds(check):
    if check["measure"].startswith("data rows"):
        return rows_read
    metric, _, kind = check["measure"].partition(" (Type ")
    where = {} if check["scope"] == "ENG" else {"level": "provider", "org_code": check["scope"]}
    return Asked(dataset="beds_sitrep", month="2025-07", key=_BEDS[metric], cut=f"type={kind.rstrip(')')}", **where)


_QMCO = {"last minute cancellations": "last_minute_cancellations", "not treated within 28 days": "not_treated_within_28_days"}


def _qmco(month):
    def asked(check):
        if check["measure"] == "provider rows":
            return providers
        sector = re.search(r"\((Ex|In)cluding", check["scope"])
        where = {"cut": f"independent_sector={sector[1].lower()}cluded"} if sector else area(check["scope"])
        return Asked(dataset="qmco", month=month, key=_QMCO[check["measure"]], **where)

    return asked


def _virtual_wards(check):
    return Asked(dataset="virtual_wards", month="2025-07", key=check["measure"])


def _discharge(check):
    if check["measure"] == "data rows":
        return rows_read
    day = date.fromisoformat(check["scope"][:10])
    return Asked(dataset="discharge", month=check["scope"][:7], day=day, key="no_criteria_to_reside")


READERS: dict[str, Reader] = {
    "diagnostics_dm01/Monthly-Diagnostics-Web-File-Provider-July-2025": _dm01("2025-07"),
    "diagnostics_dm01/Monthly-Diagnostics-Web-File-Provider-June-2025": _dm01("2025-06"),
    "cancer_cwt/CWT-CRS-Apr-2025-to-Jul-2025": _cancer(),
    "cancer_cwt/SEPTEMBER-2025-CWT-CRS": _cancer("2025-09"),
    "cancer_cwt/January-2026-Monthly-Combined": _cancer("2026-01"),
    "beds_kh03/Beds-Open-Overnight-Web_File-Q1-2025-26": _kh03("2025-06"),
    "beds_kh03/Beds-Open-Overnight-Web_File-Q3-2024-25": _kh03("2024-12"),
    "beds_kh03/Beds-Open-Overnight-Web_File-Q4-2024-25": _kh03("2025-03"),
    "beds_uec_sitrep/": _beds,
    "cancelled_ops_qmco/Q1-2025-26": _qmco("2025-06"),
    "cancelled_ops_qmco/Q4-2024-25": _qmco("2025-03"),
    "virtual_wards/": _virtual_wards,
    "discharge_delays/": _discharge,
}


def reader_of(file):
    """The reader of a file's rows; None where it has none."""
    from published_check_list_more import READERS as MORE

    found = [reader for stem, reader in (READERS | MORE).items() if file.startswith(stem)]
    assert len(found) <= 1, f"{file} has two readers"
    return found[0] if found else None
