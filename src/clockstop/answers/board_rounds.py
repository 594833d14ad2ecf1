"""The board round: each ward with what its patients wait for in numbers, and the patients of one ward by bay and bed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from ibis import _

from clockstop.answers import beds
from clockstop.answers.beds import BedFilters, WardNow
from clockstop.answers.desk import Desk
from clockstop.answers.list_filters import ListFilters
from clockstop.answers.list_query import ListRow, worklist_rows
from clockstop.answers.place import Placed, live_rows
from clockstop.answers.scope import Scope
from clockstop.answers.worklist import ListColumn, ListFilter, Worklist
from clockstop.errors import UnknownName

PATIENTS, EXPECTED = "inpatients_now", "expected_discharges"
LIVE = (PATIENTS, EXPECTED, "wards_now")
# What the round of a patient may show, and which patients each leaves.
SHOWN = {
    "": "All patients",
    "home": "Can go home",
    "today": "Expected today",
    "red": "Red",
    "unknown": "Not assessed",
    "long": "21 nights or more",
}
COUNTS = ("patients", "home", "today", "red", "green", "unknown", "long")
COLUMNS = (
    "ward_code", "ward_name", "bay", "bed", "nights", "service", "consultant", "estimated_discharge_date", "days_to_expected",
    "expectation", "meets_criteria_to_reside", "reason_to_reside", "judged_date", "discharge_ready_date", "days_ready", "colour",
    "red_reason", "delay_reason", "waits_for", "pathway_of_discharge", "action", "action_owner", "round_date", "can_go_home",
    "is_expected_today", "is_late", "is_long_stay", "is_in_lounge", "is_outlier", "is_isolation", "is_boarded", "is_seen_today",
    "is_senior_reviewed", "take_home_medicines_ready_at", "transport_booked_at", "age_band", "sex",
)  # fmt: skip
# The patients of a ward as a worklist that has a page of its own: so notes are joined and scopes are kept as on every list.
ROUND = Worklist(
    slug="board-round",
    title="Board round",
    name="Board round",
    noun="patient",
    family="discharge",
    table=PATIENTS,
    columns=tuple(ListColumn(name=name, heading=name) for name in COLUMNS),
    filters=(ListFilter(column="round_ward_code", label="Ward"),),
    order=("bay", "bed"),
    breach=None,
    booked=_.action.notnull(),
)


@dataclass(frozen=True)
class WardRound:
    """A ward of the board: its beds, and its patients counted by how their day stands (`COUNTS`)."""

    ward: WardNow
    counts: dict[str, int]

    @property
    def seen(self) -> int:
        """Patients of whom today's round has judged the day."""
        return self.counts["red"] + self.counts["green"]


def is_kept(desk: Desk) -> bool:
    """Whether a trust sent its spells."""
    return desk.has(PATIENTS)


def wards(scope: Scope, desk: Desk, place: Placed) -> tuple[WardRound, ...]:
    """Every ward that has beds, with its patients counted, in the order of trust, site and name."""
    counts = _counts(live_rows(scope, desk, PATIENTS, place))
    every = beds.wards(scope, desk, BedFilters(place.trust, place.site, group=""))
    nobody = dict.fromkeys(COUNTS, 0)
    found = (WardRound(ward, counts.get((ward.trust, ward.ward_code), nobody)) for ward in every)
    return tuple(one for one in found if one.ward.bed_group not in ("virtual", "no_ward"))


def _counts(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        mine = found.setdefault((row["trust"], row["round_ward_code"]), dict.fromkeys(COUNTS, 0))
        mine["patients"] += 1
        for name in COUNTS[1:]:
            mine[name] += is_shown(row, name)
    return found


def is_shown(row: dict[str, Any], shown: str) -> bool:
    """Whether a patient belongs to one of `SHOWN`, or has a green day."""
    truths = {"home": "can_go_home", "today": "is_expected_today", "long": "is_long_stay"}
    if shown in truths:
        return bool(row[truths[shown]])
    return row["colour"] == shown if shown else True


def ward(scope: Scope, desk: Desk, trust: str, ward_code: str) -> WardRound:
    """One ward; `UnknownName` where the trust has none of that code."""
    found = next((one for one in wards(scope, desk, BedFilters(trust)) if one.ward.ward_code == ward_code), None)
    if found is None:
        raise UnknownName(
            f"There is no ward {ward_code} with beds in {trust}.", where="The wards as the trust sends them.",
            do="Choose one from the list of wards.",
        )  # fmt: skip
    return found


def patients(scope: Scope, desk: Desk, notes: pa.Table, trust: str, ward_code: str) -> tuple[ListRow, ...]:
    """The patients of a ward by bay and bed, who sits in the lounge behind them, each with the note as it stands now."""
    filters = ListFilters(trust=trust, chosen=(("round_ward_code", ward_code),))
    rows = worklist_rows(scope, desk, notes, ROUND, filters)
    return tuple(sorted(rows, key=_by_bed))


def _by_bed(row: ListRow) -> tuple[Any, ...]:
    """Bays and beds as people count them: bed 2 before bed 10."""
    is_elsewhere = bool(row.values["is_in_lounge"])
    return (is_elsewhere, _natural(row.values["bay"]), _natural(row.values["bed"]), row.patient_pathway_identifier or "")


def _natural(text: str | None) -> tuple[tuple[int, int, str], ...]:
    if not text:
        return ((2, 0, ""),)
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def gone_today(scope: Scope, desk: Desk, trust: str, ward_code: str) -> int:
    """How many left this ward today."""
    rows = live_rows(scope, desk, EXPECTED, BedFilters(trust))
    return sum(bool(row["is_gone"]) and row["ward_code"] == ward_code for row in rows)
