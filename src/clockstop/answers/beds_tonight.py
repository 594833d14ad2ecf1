"""Beds tonight, by what is known now: those empty, who goes home today, who waits for a bed and who is still to come in.

No forecast: whoever has not come to the emergency department yet, or of whom nobody says that they go home, is in none of these.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import ibis
from ibis.expr.types import Table

from clockstop.answers import emergency
from clockstop.answers.desk import Desk
from clockstop.answers.place import Place, live_rows, reach, rows_of
from clockstop.answers.scope import Scope
from clockstop.rules.bed_base import GENERAL_AND_ACUTE

WARDS, PATIENTS, EXPECTED, GONE = "wards_now", "inpatients_now", "expected_discharges", "discharges"
ENTRIES, PATHWAYS = "rtt_list_entries", "rtt_pathways"
LIVE = (WARDS, PATIENTS, EXPECTED)
# Intended managements of the elective list that hold a bed tonight.
OVERNIGHT = ("1", "3", "5")
USUAL_WEEKS = 4
FIVE = 17


@dataclass(frozen=True)
class Tonight:
    """General and acute beds: `empty` now; `definite` and `likely` to go home today; `decided` and `elective` to come in.

    Who is `late`, expected on a day that has passed, stands in no sum.
    """

    empty: int
    definite: int
    likely: int
    late: int
    decided: int
    elective: int
    open: int
    occupied: int

    @property
    def going(self) -> int:
        """Who is expected to leave today and is still here."""
        return self.definite + self.likely

    @property
    def balance(self) -> int:
        """Beds to spare, or short of, by midnight."""
        return self.empty + self.going - self.decided - self.elective


@dataclass(frozen=True)
class GoingHome:
    """A ward's day: beds used, who was expected to leave (those gone among them), who has left, who needs no bed.

    `after_17` left later than 17:00, or are here still after it; `usually_after_17` is that share of the last weeks.
    """

    trust: str
    site: str
    ward_code: str
    ward_name: str
    open: int | None
    occupied: int
    expected: int
    gone: int
    after_17: int
    usually_after_17: float | None
    no_need: int
    patients: int


def is_kept(desk: Desk) -> bool:
    """Whether a trust sends its wards as they stand now."""
    return desk.has(WARDS)


def tonight(scope: Scope, desk: Desk, place: Place, at: datetime) -> Tonight | None:
    """The sum of what is known; None where no ward is."""
    wards = [row for row in live_rows(scope, desk, WARDS, place) if row["bed_group"] == GENERAL_AND_ACUTE]
    if not wards:
        return None
    codes = {(row["trust"], row["ward_code"]) for row in wards}
    leaving = [
        row for row in live_rows(scope, desk, EXPECTED, place) if (row["trust"], row["ward_code"]) in codes and not row["is_gone"]
    ]
    here = [row for row in leaving if not row["is_late"]]
    definite = sum(1 for row in here if row["standing"] == "definite")
    decided = sum(1 for row in live_rows(scope, desk, emergency.HERE, place) if row["is_waiting_for_bed"])
    return Tonight(
        empty=sum(row["empty"] or 0 for row in wards),
        definite=definite,
        likely=len(here) - definite,
        late=len(leaving) - len(here),
        decided=decided,
        elective=_elective_to_come(scope, desk, place, at.date()),
        open=sum(row["open"] or 0 for row in wards),
        occupied=sum(row["occupied"] or 0 for row in wards),
    )


def _elective_to_come(scope: Scope, desk: Desk, place: Place, today: date) -> int:
    """Who is to come in today for at least one night and is in no bed yet; nobody where no admission list was sent."""
    if not desk.has(ENTRIES) or not desk.has(PATHWAYS):
        return 0
    came = {(row["trust"], row["elective_pathway_identifier"]) for row in live_rows(scope, desk, PATIENTS, place)}
    key = ("elective today", reach(scope), place, today)
    due = desk.kept_answer(key, lambda: desk.rows(_due(scope, desk, place, today)).to_pylist())
    return len({(row["trust"], row["patient_pathway_identifier"]) for row in due} - came)


def _due(scope: Scope, desk: Desk, place: Place, today: date) -> Table:
    entries = scope.totals(desk.table(ENTRIES))
    entries = entries.filter(
        entries.offered_for_admission_date == ibis.literal(today), entries.removal_date.isnull(),
        entries.intended_management_code.isin(OVERNIGHT),
    ).select("trust", "patient_pathway_identifier")  # fmt: skip
    entries = entries.filter(entries.trust == place.trust) if place.trust else entries
    if not place.site:
        return entries
    pathways = desk.table(PATHWAYS)
    there = pathways.filter(pathways.site == place.site).select("trust", "patient_pathway_identifier")
    return entries.semi_join(there, ["trust", "patient_pathway_identifier"])


def going_home(scope: Scope, desk: Desk, place: Place, at: datetime) -> tuple[GoingHome, ...]:
    """Each ward with beds from which somebody was to leave today, or has left, or that has patients; the most expected first."""
    counts = _counts(scope, desk, place, at)
    usual = usually_after_17(scope, desk, place)
    none = dict.fromkeys(_COUNTED, 0)
    keyed = [((row["trust"], row["ward_code"]), row) for row in live_rows(scope, desk, WARDS, place)]
    found = [_ward(row, usual.get(key), counts.get(key, none)) for key, row in keyed]
    shown = (ward for ward in found if ward.expected or ward.gone or ward.no_need)
    return tuple(sorted(shown, key=lambda ward: (-ward.expected, ward.trust, ward.ward_name)))


def _ward(row: dict[str, Any], usually_after_17: float | None, counts: dict[str, int]) -> GoingHome:
    return GoingHome(
        trust=row["trust"],
        site=row["site"] or "",
        ward_code=row["ward_code"],
        ward_name=row["ward_name"] or row["ward_code"],
        open=row["open"],
        occupied=row["occupied"] or 0,
        usually_after_17=usually_after_17,
        **counts,
    )


_COUNTED = ("expected", "gone", "after_17", "no_need", "patients")


def _counts(scope: Scope, desk: Desk, place: Place, at: datetime) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in live_rows(scope, desk, EXPECTED, place):
        mine = found.setdefault((row["trust"], row["ward_code"]), dict.fromkeys(_COUNTED, 0))
        mine["expected"] += not row["is_late"]
        mine["gone"] += row["is_gone"]
        left = row["ended_at"]
        mine["after_17"] += left.hour >= FIVE if left is not None else at.hour >= FIVE and not row["is_late"]
    for row in live_rows(scope, desk, PATIENTS, place):
        mine = found.setdefault((row["trust"], row["ward_code"]), dict.fromkeys(_COUNTED, 0))
        mine["no_need"] += bool(row["can_go_home"])
        mine["patients"] += 1
    return found


def usually_after_17(scope: Scope, desk: Desk, place: Place) -> dict[tuple[str, str], float]:
    """Of each ward the share of the discharges of the last four weeks that left at 17:00 or later."""
    if not desk.has(GONE):
        return {}

    def asked() -> Table:
        rows = rows_of(scope, desk, GONE, place)
        rows = rows.filter(rows.is_inpatient_discharge, rows.day > desk.as_of - timedelta(days=7 * USUAL_WEEKS))
        late = (rows.left_ward_at.hour() >= FIVE).fill_null(False)
        return rows.group_by("trust", "ward_code").agg(late=late.sum(), known=rows.left_ward_at.count())

    key = ("usually after 17", reach(scope), place)
    found = desk.compiled_rows(key, asked).to_pylist()
    return {(row["trust"], row["ward_code"]): row["late"] / row["known"] for row in found if row["known"]}
