"""Beds: every ward as it stands now, occupancy midnight by midnight, and virtual wards, which are no beds of a hospital."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ibis import _
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.place import live_rows, reach, rows_of
from clockstop.answers.scope import Scope
from clockstop.rules.bed_base import GENERAL_AND_ACUTE

NOW, PATIENTS, EXPECTED, NIGHTS = "wards_now", "inpatients_now", "expected_discharges", "ward_nights"
VIRTUAL = "virtual"
LIVE = (NOW, PATIENTS, EXPECTED)
WEEKS = (2, 4, 8)
DEFAULT_WEEKS = 4
BEDS = ("open", "occupied", "empty", "closed_infection", "closed_staffing", "closed_estates", "reserved", "escalation_open")
OF_PATIENTS = ("ready", "outliers", "los_7_plus", "los_14_plus", "los_21_plus", "going", "gone", "late")


@dataclass(frozen=True)
class BedFilters:
    """What the reader asked for; empty means all, but for the group of beds. `weeks` back from the last midnight."""

    trust: str = ""
    site: str = ""
    group: str = GENERAL_AND_ACUTE
    weeks: int = DEFAULT_WEEKS


@dataclass(frozen=True)
class WardNow:
    """A ward now. `beds` has its beds by what they are (`BEDS`; None: not said), `patients` its patients (`OF_PATIENTS`)."""

    trust: str
    site: str
    ward_code: str
    ward_name: str
    bed_group: str
    beds: dict[str, int | None]
    patients: dict[str, int]

    @property
    def closed(self) -> int:
        """Beds closed for whatever reason."""
        return sum(self.beds[name] or 0 for name in BEDS if name.startswith("closed"))


@dataclass(frozen=True)
class Together:
    """Wards added up: sums are divided, never shares."""

    beds: dict[str, int]
    patients: dict[str, int]

    @property
    def share(self) -> float | None:
        """Occupied of open; None where none is open. It may pass 1."""
        return self.beds["occupied"] / self.beds["open"] if self.beds["open"] else None


@dataclass(frozen=True)
class Night:
    """A ward, site or trust on a midnight."""

    trust: str
    site: str
    name: str
    code: str
    day: date
    occupied: int
    available: int

    @property
    def share(self) -> float | None:
        """Occupied of available; None where none was."""
        return self.occupied / self.available if self.available else None


def is_kept(desk: Desk) -> bool:
    """Whether a trust sent its wards."""
    return desk.has(NOW) or desk.has(NIGHTS)


def wards(scope: Scope, desk: Desk, filters: BedFilters) -> tuple[WardNow, ...]:
    """Every ward of the group of beds with its patients, in the order of trust, site and name."""
    if not desk.has(NOW):
        return ()
    patients = _patients(scope, desk, filters)
    found = [_ward(row, patients) for row in live_rows(scope, desk, NOW, filters)]
    wanted = (ward for ward in found if ward.bed_group == filters.group or (not filters.group and ward.bed_group != VIRTUAL))
    return tuple(sorted(wanted, key=lambda ward: (ward.trust, ward.site, ward.ward_name, ward.ward_code)))


def together(every: Iterable[WardNow]) -> Together:
    """The wards' sums."""
    every = list(every)
    beds = {name: sum(ward.beds[name] or 0 for ward in every) for name in BEDS}
    return Together(beds, {name: sum(ward.patients[name] for ward in every) for name in OF_PATIENTS})


def _ward(row: dict[str, Any], patients: dict[tuple[str, str], dict[str, int]]) -> WardNow:
    mine = patients.get((row["trust"], row["ward_code"]), {})
    return WardNow(
        row["trust"], row["site"] or "", row["ward_code"], row["ward_name"] or row["ward_code"], row["bed_group"] or "",
        {name: row.get(name) for name in BEDS}, {name: mine.get(name, 0) for name in OF_PATIENTS},
    )  # fmt: skip


def _patients(scope: Scope, desk: Desk, filters: BedFilters) -> dict[tuple[str, str], dict[str, int]]:
    """The patients of each ward, counted by what they wait for and how long they have been there."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    truths = {
        PATIENTS: {
            "ready": "can_go_home", "outliers": "is_outlier", "los_7_plus": "is_7_plus", "los_14_plus": "is_14_plus",
            "los_21_plus": "is_long_stay",
        },
        EXPECTED: {"gone": "is_gone", "late": "is_late"},
    }  # fmt: skip
    for table, counted in truths.items():
        for row in live_rows(scope, desk, table, filters):
            mine = found.setdefault((row["trust"], row["ward_code"]), dict.fromkeys(OF_PATIENTS, 0))
            for name, truth in counted.items():
                mine[name] += bool(row[truth])
            mine["going"] += table == EXPECTED and not row["is_gone"] and not row["is_late"]
    return found


def nights(scope: Scope, desk: Desk, filters: BedFilters, by: str) -> tuple[Night, ...]:
    """Each `ward`, `site` or `trust` on each midnight of the weeks, beds and patients added up."""
    if not desk.has(NIGHTS):
        return ()
    keys = {"ward": ["trust", "site", "ward_code"], "site": ["trust", "site"], "trust": ["trust"]}[by]

    def asked() -> Table:
        rows = _nights(scope, desk, filters)
        names = {"name": rows.ward_name.argmax(rows.day)} if by == "ward" else {}
        found = rows.group_by(*keys, "day").agg(occupied=_.occupied.sum(), available=_.available.fill_null(0).sum(), **names)
        return found.order_by(*keys, "day")

    key = ("bed nights", by, reach(scope), filters)
    found = [_night(row, by) for row in desk.compiled_rows(key, asked).to_pylist()]
    latest = {(one.trust, one.site, one.code): one.name for one in found}
    return tuple(Night(**{**one.__dict__, "name": latest[one.trust, one.site, one.code]}) for one in found)


def _night(row: dict[str, Any], by: str) -> Night:
    code = row["ward_code"] if by == "ward" else row[by] or ""
    name = row.get("name") or code
    site = "" if by == "trust" else row["site"] or ""
    return Night(row["trust"], site, name, code, row["day"], int(row["occupied"]), int(row["available"]))


def summed(every: Sequence[Night]) -> float | None:
    """Occupancy of many midnights: the sum of the occupied over the sum of the available."""
    available = sum(one.available for one in every)
    return sum(one.occupied for one in every) / available if available else None


def virtual_wards(scope: Scope, desk: Desk, filters: BedFilters) -> tuple[WardNow, ...]:
    """Each virtual ward now: its capacity are its open beds (FLO-14), and none of them stands among the beds."""
    return wards(scope, desk, replace(filters, group=VIRTUAL))


def last_night(desk: Desk) -> date:
    """The last midnight that has ended."""
    return desk.as_of


def choices(scope: Scope, desk: Desk, trust: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sites and groups of beds that the reader's wards have."""
    table = NIGHTS if desk.has(NIGHTS) else NOW

    def asked() -> Table:
        return rows_of(scope, desk, table, BedFilters(trust=trust)).select("site", "bed_group").distinct()

    found = desk.compiled_rows(("bed choices", reach(scope), trust), asked).to_pylist()
    sites, groups = ({row[name] for row in found if row[name]} for name in ("site", "bed_group"))
    return tuple(sorted(sites)), tuple(sorted(groups))


def _nights(scope: Scope, desk: Desk, filters: BedFilters) -> Table:
    rows = rows_of(scope, desk, NIGHTS, filters)
    first = last_night(desk) - timedelta(days=7 * filters.weeks - 1)
    rows = rows.filter(rows.day >= first)
    return rows.filter(rows.bed_group == filters.group) if filters.group else rows
