"""Each trust's own list as the trust keeps it, with differences planted at declared rates, and the truth about them.

A PTL stands at `TRUST/lists/DAY-ptl.*` under the trust's own headers and dates; one trust's weekly national file beside it. What
was planted stands in `truth/list_differences.csv`. A pathway has one difference at most, and none where a fault was planted in it.
"""

import csv
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic import forms
from clockstop.synthetic.extract_columns import pathway_identifiers
from clockstop.synthetic.faults import Marks, faulted_pathways
from clockstop.synthetic.histories import Truth
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.periods import Ending
from clockstop.synthetic.population import Wanted, generator
from clockstop.synthetic.records import History
from clockstop.synthetic.truth import known_periods
from clockstop.synthetic.working_calendar import day_number

# The step of the generator: others are taken by the records of the trust.
STEP = 20
WEEKLY_OF = "ZZD"
ATTENDED = (5, 6)
RECENT_DAYS = 60
STRANGERS_FROM = 900_000
PATHWAY, START, END = (
    "patient_pathway_identifier", "referral_to_treatment_period_start_date", "referral_to_treatment_period_end_date"
)  # fmt: skip
STATUS, FUNCTION = "referral_to_treatment_period_status", "activity_treatment_function_code"


@dataclass(frozen=True, kw_only=True)
class ListDifference:
    """One planted difference: which list and section, the pathway, what was done, and what the comparison must say of it."""

    trust: str
    file: str
    section: str
    patient_pathway_identifier: str
    kind: str
    result: str
    reason_code: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of difference: the share of the open list that gets it, the result it must give, and the reason where that is sure."""

    share: float
    result: str
    reason_code: str = ""


KINDS = {
    "start_at_appointment": Kind(0.004, "other start", "at_appointment"),
    "start_swapped": Kind(0.003, "other start", "day_and_month_swapped"),
    "start_keyed_late": Kind(0.003, "other start"),
    "counts_on": Kind(0.004, "other start"),
    "stop_lost": Kind(0.004, "other stop"),
    "nullified_kept": Kind(0.002, "only there", "nullified"),
    "left_off": Kind(0.004, "only here"),
    "stranger": Kind(0.003, "only there", "pathway_unknown"),
    "twice": Kind(0.002, "duplicate"),
    "unreadable": Kind(0.001, "set aside"),
    "stop_moved": Kind(0.02, "other stop"),
    "stop_left_off": Kind(0.02, "only here"),
    "start_moved": Kind(0.02, "other start"),
}


@dataclass
class _List:
    """A list on its way: parallel arrays, one entry a row."""

    pathway: NDArray[np.int64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    status: NDArray[np.int8]

    def keep(self, rows: NDArray[np.bool_]) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name)[rows])

    def add(self, pathway: NDArray, start: NDArray, end: NDArray | None = None, status: NDArray | None = None) -> None:
        number = len(pathway)
        self.pathway = np.concatenate([self.pathway, pathway])
        self.start = np.concatenate([self.start, start])
        self.end = np.concatenate([self.end, end if end is not None else np.full(number, NEVER)])
        self.status = np.concatenate([self.status, status if status is not None else np.zeros(number)])


class Planter:
    """Plants each kind in the lists of one trust, a pathway once at most."""

    def __init__(self, wanted: Wanted, place: int, *, found: History, truth: Truth, marked: Marks) -> None:
        self.day, self.rng, self.found = day_number(wanted.until), generator(wanted, place, STEP), found
        self.periods = known_periods(truth, self.day)
        self.is_free = ~faulted_pathways(found, marked)
        over = (self.periods.end_known <= self.day) & (self.periods.end <= self.day)
        self.is_passed = over & (self.periods.ending == Ending.transferred)
        self.is_over = over & ~self.is_passed
        self.is_nullified = self.is_over & (self.periods.ending == Ending.nullified)
        self.is_open = ~over
        self.differences: list[ListDifference] = []
        self.number_open = int(self.is_open.sum())
        self.file, self.section = "", ""

    def take(self, kind: str, eligible: NDArray[np.int64], of: int | None = None) -> NDArray[np.int64]:
        """Some of the eligible periods (places in `periods`), whose pathways are taken by that; told as planted."""
        free = eligible[self.is_free[self.periods.pathway[eligible]]]
        number = max(1, round(KINDS[kind].share * (self.number_open if of is None else of)))
        chosen = self.rng.permutation(free)[:number]
        self.is_free[self.periods.pathway[chosen]] = False
        self.tell(kind, pathway_identifiers(self.found.trust, self.periods.pathway[chosen]).to_pylist())
        return chosen

    def tell(self, kind: str, pathways: list[str]) -> None:
        """Note the pathways as planted."""
        one = KINDS[kind]
        self.differences += [
            ListDifference(
                trust=self.found.trust.code, file=self.file, section=self.section, patient_pathway_identifier=pathway, kind=kind,
                result=one.result, reason_code=one.reason_code,
            )
            for pathway in pathways
        ]  # fmt: skip

    def open_list(self) -> _List:
        periods = self.periods.only(self.is_open)
        number = len(periods)
        return _List(periods.pathway.astype(np.int64), periods.start.copy(), np.full(number, NEVER), np.zeros(number))


def write_lists(out: Path, wanted: Wanted, place: int, *, found: History, truth: Truth, marked: Marks) -> list[ListDifference]:
    """Write the trust's lists under `out`, and say what was planted."""
    planter = Planter(wanted, place, found=found, truth=truth, marked=marked)
    stem = out / found.trust.code / "lists" / f"{wanted.until.isoformat()}-ptl"
    rows = _ptl_rows(found.trust.file_form, _ptl(planter, _name_of(stem, found, planter.number_open, out)), planter)
    forms.write_extract(rows, stem, found.trust.file_form, in_xlsx=_fits_sheet(planter.number_open))
    if found.trust.code == WEEKLY_OF:
        stem = stem.with_name(f"{wanted.until.isoformat()}-weekly")
        planter.file = str(stem.with_suffix(".parquet").relative_to(out))
        forms.write_extract(_weekly(planter, wanted.until), stem, "parquet")
    return planter.differences


def write_list_differences(file: Path, differences: list[ListDifference]) -> None:
    """Write what was planted in every list."""
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, [one.name for one in fields(ListDifference)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(one) for one in differences)


def _fits_sheet(number: int) -> bool:
    return number <= 0.9 * forms.MOST_XLSX_ROWS


def _name_of(stem: Path, found: History, number: int, out: Path) -> str:
    form = found.trust.file_form
    suffix = ".csv" if form == "xlsx" and not _fits_sheet(number) else forms.SUFFIXES[form]
    return str(stem.with_suffix(suffix).relative_to(out))


def _ptl(planter: Planter, file: str) -> tuple[_List, NDArray[np.bool_]]:
    """The list of those who wait, with everything planted; and which rows have a start that cannot be read."""
    planter.file, planter.section = file, "list"
    listed = planter.open_list()
    for plant in (_plant_starts, _plant_stops, _plant_rows):
        plant(planter, listed)
    unreadable = planter.take("unreadable", np.flatnonzero(planter.is_open))
    spoilt = np.isin(listed.pathway, planter.periods.pathway[unreadable])
    planter.rng.shuffle(order := np.arange(len(listed.pathway)))
    listed.keep(order)  # type: ignore[arg-type]
    return listed, spoilt[order]


def _plant_starts(planter: Planter, listed: _List) -> None:
    periods = planter.periods
    waiting = np.flatnonzero(planter.is_open)
    seen = _first_seen(planter)[periods.pathway]
    _restart(planter, listed, "start_at_appointment", waiting[seen[waiting] > periods.start[waiting]], lambda place: seen[place])
    swapped = _swapped(periods.start)
    can_swap = (swapped != periods.start) & (swapped <= planter.day) & (swapped > 0)
    _restart(planter, listed, "start_swapped", waiting[can_swap[waiting]], lambda place: swapped[place])
    early = waiting[periods.start[waiting] < planter.day - 7]
    _restart(
        planter, listed, "start_keyed_late", early, lambda place: periods.start[place] + planter.rng.integers(2, 7, len(place))
    )
    first = _first_starts(planter)[periods.pathway]
    _restart(planter, listed, "counts_on", waiting[first[waiting] < periods.start[waiting]], lambda place: first[place])


def _restart(
    planter: Planter, listed: _List, kind: str, eligible: NDArray[np.int64], start_of: Callable[[NDArray[np.int64]], NDArray]
) -> None:
    """Give some open periods another start on the list."""
    chosen = planter.take(kind, _alone(planter, eligible))
    starts = dict(zip(planter.periods.pathway[chosen].tolist(), start_of(chosen).tolist(), strict=True))
    for place in np.flatnonzero(np.isin(listed.pathway, list(starts))):
        listed.start[place] = starts[int(listed.pathway[place])]


def _plant_stops(planter: Planter, listed: _List) -> None:
    """Those who no longer wait but stand on the list still."""
    periods = planter.periods
    is_last = ~np.isin(periods.pathway, periods.pathway[periods.number > 1]) | (periods.number > 1)
    recent = is_last & planter.is_over & (periods.end > planter.day - RECENT_DAYS)
    for kind, eligible in (("stop_lost", recent & ~planter.is_nullified), ("nullified_kept", is_last & planter.is_nullified)):
        chosen = planter.take(kind, np.flatnonzero(eligible))
        listed.add(periods.pathway[chosen].astype(np.int64), periods.start[chosen])


def _plant_rows(planter: Planter, listed: _List) -> None:
    """Rows left off, rows twice, and rows of pathways of which nobody knows."""
    waiting = _alone(planter, np.flatnonzero(planter.is_open))
    gone = planter.periods.pathway[planter.take("left_off", waiting)]
    listed.keep(~np.isin(listed.pathway, gone))
    again = planter.take("twice", waiting)
    listed.add(planter.periods.pathway[again].astype(np.int64), planter.periods.start[again])
    number = max(1, round(KINDS["stranger"].share * planter.number_open))
    strangers = STRANGERS_FROM + np.arange(number)
    planter.tell("stranger", pathway_identifiers(planter.found.trust, strangers).to_pylist())
    listed.add(strangers, planter.day - planter.rng.integers(5, 200, number))


def _alone(planter: Planter, eligible: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of the open periods whose pathway has no other open one."""
    pathway = planter.periods.pathway[planter.is_open]
    twice = np.flatnonzero(np.bincount(pathway, minlength=len(planter.is_free)) > 1)
    return eligible[~np.isin(planter.periods.pathway[eligible], twice)]


def _first_seen(planter: Planter) -> NDArray[np.int64]:
    """By pathway, the day of the first appointment that was attended; -1 where there is none."""
    visits = planter.found.appointments
    attended = np.isin(visits.outcome, ATTENDED) & (visits.day <= planter.day) & (visits.known <= planter.day)
    first = np.full(len(planter.is_free), NEVER, dtype=np.int64)
    np.minimum.at(first, visits.pathway[attended], visits.day[attended])
    return np.where(first < NEVER, first, -1)


def _first_starts(planter: Planter) -> NDArray[np.int64]:
    first = np.full(len(planter.is_free), NEVER, dtype=np.int64)
    np.minimum.at(first, planter.periods.pathway, planter.periods.start)
    return first


def _swapped(start: NDArray[np.int32]) -> NDArray[np.int64]:
    """The days with day and month exchanged; as they were where that makes no date."""
    found = []
    for number in start.tolist():
        day = date.fromordinal(number + date(1970, 1, 1).toordinal())
        found.append(day_number(day.replace(month=day.day, day=day.month)) if day.day <= 12 else number)
    return np.array(found, dtype=np.int64)


def _ptl_rows(form: forms.FileForm, listed_and_spoilt: tuple[_List, NDArray[np.bool_]], planter: Planter) -> pa.Table:
    """The PTL in columns of its own order: a hospital keeps what its staff look for first."""
    listed, spoilt = listed_and_spoilt
    is_text = form in ("csv", "csv_cp1252")
    starts = _dates(np.where(spoilt, NEVER, listed.start))
    if is_text:
        texts = [None if day is None else day.strftime("%d/%m/%Y") for day in starts.to_pylist()]
        starts = pa.array(["31/02/2026" if bad else text for bad, text in zip(spoilt.tolist(), texts, strict=True)], pa.string())
    known = listed.pathway < STRANGERS_FROM
    columns = {
        FUNCTION: _functions(planter, listed.pathway), START: starts, PATHWAY: _identifiers(planter, listed.pathway),
        "weeks_waited": pa.array((planter.day - listed.start) // 7, pa.int64()),
        "local_patient_identifier": pa.array(_hospital_numbers(planter, listed.pathway), mask=~known),
    }  # fmt: skip
    return pa.table(columns)


def _weekly(planter: Planter, until: date) -> pa.Table:
    """The weekly national file: open pathways, and the clock starts and stops of the week that ends on the day."""
    parts = []
    for section, words in (("open", "Open pathways"), ("starts", "Clock starts"), ("stops", "Clock stops")):
        planter.section = section
        rows = _section(planter, section)
        parts.append(_weekly_rows(planter, rows, words, until))
    return pa.concat_tables(parts)


def _section(planter: Planter, section: str) -> _List:
    periods, week = planter.periods, planter.day - 6
    if section == "open":
        return planter.open_list()
    counted = ~planter.is_nullified
    if section == "starts":
        chosen = np.flatnonzero((periods.start >= week) & counted & ~planter.is_passed)
        moved = planter.take("start_moved", _alone(planter, chosen[planter.is_open[chosen]]), of=len(chosen))
        rows = _List(periods.pathway[chosen].astype(np.int64), periods.start[chosen].copy(), np.full(len(chosen), NEVER),
                     np.zeros(len(chosen)))  # fmt: skip
        rows.start[np.isin(chosen, moved)] -= 3
        return rows
    chosen = np.flatnonzero(planter.is_over & (periods.end >= week) & counted)
    moved = planter.take("stop_moved", chosen, of=len(chosen))
    gone = planter.take("stop_left_off", chosen, of=len(chosen))
    rows = _List(
        periods.pathway[chosen].astype(np.int64), periods.start[chosen], periods.end[chosen].copy(), periods.status[chosen]
    )
    rows.end[np.isin(chosen, moved)] -= 1
    rows.keep(~np.isin(chosen, gone))
    return rows


def _weekly_rows(planter: Planter, rows: _List, words: str, until: date) -> pa.Table:
    number = len(rows.pathway)
    has_end = rows.end < NEVER
    return pa.table(
        {
            "section": pa.repeat(pa.scalar(words), number),
            "waiting_list_type": pa.repeat(pa.scalar("ORTT"), number),
            "organisation_identifier_code_of_provider": pa.repeat(pa.scalar(planter.found.trust.code), number),
            "week_ending_date": pa.repeat(pa.scalar(until, pa.date32()), number),
            PATHWAY: _identifiers(planter, rows.pathway),
            START: _dates(rows.start),
            END: _dates(rows.end),
            STATUS: pa.array(np.char.mod("%d", rows.status.astype(np.int64)), mask=~has_end),
            FUNCTION: _functions(planter, rows.pathway),
        }
    )


def _identifiers(planter: Planter, pathway: NDArray[np.int64]) -> pa.Array:
    return pathway_identifiers(planter.found.trust, pathway.astype(np.int32))


def _functions(planter: Planter, pathway: NDArray[np.int64]) -> pa.Array:
    services = np.array(planter.found.trust.services)
    own = planter.found.own.service
    return pa.array(services[own[np.minimum(pathway, len(own) - 1)]])


def _hospital_numbers(planter: Planter, pathway: NDArray[np.int64]) -> NDArray[np.str_]:
    person = planter.found.own.person[np.minimum(pathway, len(planter.found.own) - 1)]
    return np.char.mod("%d", planter.found.persons.hospital_number[person])


def _dates(days: NDArray) -> pa.Array:
    return pa.array(days.astype(np.int32), mask=days >= NEVER).view(pa.date32())
