"""The quarterly KH03 return: beds available and occupied overnight by sector, and occupied by specialty (operations.md 2.2).

A figure is the mean over the quarter's midnights: the sum of bed nights divided once by the nights that are recorded. Critical care
and cots are in no sector, day-only beds are another return's. Occupancy may pass 100%.
"""

from collections.abc import Iterable, Iterator, Mapping

import ibis
from ibis.expr.types import Table

from clockstop.rules.bed_base import GENERAL_AND_ACUTE
from clockstop.rules.bed_spells import SPELL
from clockstop.rules.national_return import (
    QUERY,
    Checkable,
    Counted,
    Finding,
    NationalReturn,
    Reason,
    ReturnCheck,
    ReturnColumn,
    ReturnRow,
    ReturnSheet,
    ShownColumn,
    row_of,
)
from clockstop.rules.national_return_checks import (
    adds_up,
    cells_of,
    fault,
    is_near,
    like_last_time,
    number,
    share_is,
    standard_checks,
)
from clockstop.rules.national_returns.kh03_specialties import SPECIALTIES, SPECIALTY_OF
from clockstop.rules.readings import Readings
from clockstop.rules.return_period import ReturnPeriod

NIGHTS = "nights"
TOTAL = "total"
# Our group of beds, the sector's name in keys, and its published heading.
SECTORS = {
    GENERAL_AND_ACUTE: ("general_acute", "General & Acute"),
    "learning_disability": ("learning_disabilities", "Learning Disabilities"),
    "maternity": ("maternity", "Maternity"),
    "mental_illness": ("mental_illness", "Mental Illness"),
}
BY_SECTOR, BY_SPECIALTY = "NHS Trust by Sector", "Occupied by Specialty"
AVAILABLE, OCCUPIED, SHARE = "Available", "Occupied", "% Occupied"
SPECIALTY_KEY = "occupied"
# Above this share of available beds an occupancy is asked about; it is never capped. Our choice.
UNUSUAL_OCCUPANCY = 1.2
# Of two stays that hold a patient's midnight a ward comes first; a place that is no ward and what a ward carries as a reading says.
_OWN, _SECOND, _LAST = 0, 1, 2
_SECTOR_NAMES = {TOTAL: "Total", **dict(SECTORS.values())}
_PLACE = (
    ReturnColumn(heading="Year", fill="year"),
    ReturnColumn(heading="Period End", fill="month"),
    ReturnColumn(heading="Region Code", fill="region_code"),
    ReturnColumn(heading="Org Code", fill="org_code"),
    ReturnColumn(heading="Org Name", fill="org_name"),
)


def _of_sectors(group: str, suffix: str) -> tuple[ReturnColumn, ...]:
    return tuple(
        ReturnColumn(heading=heading, kind="average", key=f"{sector}_{suffix}", over=NIGHTS, group=group)
        for sector, heading in _SECTOR_NAMES.items()
    )


_SHARES = tuple(
    ReturnColumn(heading=heading, kind="share", key=f"{sector}_occupied", over=f"{sector}_available", group=SHARE)
    for sector, heading in _SECTOR_NAMES.items()
)
SHEETS = (
    ReturnSheet(
        name=BY_SECTOR, row="the trust",
        columns=(*_PLACE, *_of_sectors(AVAILABLE, "available"), *_of_sectors(OCCUPIED, "occupied"), *_SHARES),
    ),
    ReturnSheet(
        name=BY_SPECIALTY, row="the trust",
        columns=(
            *_PLACE,
            *(ReturnColumn(heading=heading, kind="average", key=SPECIALTY_KEY, cut=f"specialty={code}", over=NIGHTS)
              for code, heading in SPECIALTIES.items()),
        ),
    ),
)  # fmt: skip
_COLUMNS = ("record", "patient_pathway_identifier", "key", "specialty", "adds", "day", "ward_name", "bed_group")


def members(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """Each ward night under its sector and the total, each patient's night under the specialty, and each night that is recorded."""
    nights = _nights(tables["ward_nights"], period)
    days = nights.select("day").distinct()
    recorded = days.select(
        record=days.day.cast("string"), patient_pathway_identifier=ibis.null("string"), key=ibis.literal(NIGHTS),
        specialty=ibis.literal(""), adds=ibis.literal(1.0), day=days.day, ward_name=ibis.null("string"),
        bed_group=ibis.null("string"),
    )  # fmt: skip
    found = [recorded, *_bed_nights(nights, "available", 1), *_bed_nights(nights, "occupied", 1)]
    return ibis.union(*(one.select(*_COLUMNS) for one in found), _by_specialty(tables["bed_stays"], days, readings))


def _nights(ward_nights: Table, period: ReturnPeriod) -> Table:
    days = ward_nights.day.between(ibis.literal(period.first_day), ibis.literal(period.census))
    return ward_nights.filter(days)


def _bed_nights(nights: Table, column: str, sign: int, *, sector: str = "", counts: str = "") -> list[Table]:
    """The ward nights of the sectors (or of other groups, counted to `sector`) under the sector's key and the total's."""
    names = {group: name for group, (name, _heading) in SECTORS.items()}
    rows = nights if sector else nights.filter(nights.bed_group.isin(list(SECTORS)))
    named = ibis.literal(sector) if sector else rows.bed_group.substitute(names)
    rows = rows.mutate(sector=named, beds_counted=rows[column].cast("float64").fill_null(0.0) * float(sign))
    rows = rows.filter(rows.beds_counted != 0)
    suffix = counts or column
    rows = rows.select(
        "sector", "day", "ward_name", "bed_group",
        record=rows.ward_code + "/" + rows.day.cast("string"), patient_pathway_identifier=ibis.null("string"),
        specialty=ibis.literal(""), adds=rows.beds_counted,
    )  # fmt: skip
    return [
        rows.mutate(key=rows.sector + f"_{suffix}").select(*_COLUMNS),
        rows.mutate(key=ibis.literal(f"{TOTAL}_{suffix}")).select(*_COLUMNS),
    ]


def _by_specialty(stays: Table, days: Table, readings: Readings) -> Table:
    """Each patient's midnight in a bed of the sectors, under the specialty of the treatment function of the stay."""
    stays = stays.filter(stays.spell_started_at.notnull())
    skips = readings.pseudo_ward_night_counts_on_ward_before
    held = _held(stays, stays.start_date, stays.end_date, stays.is_pseudo.ifelse(_LAST if skips else _SECOND, _OWN))
    carried = _held(stays, stays.carried_from_date, stays.carried_until_date, ibis.literal(_SECOND if skips else _LAST))
    held = held.union(carried)
    nights = days.join(held, [days.day >= held.from_date, days.day < held.until_date])
    in_order = ibis.window(group_by=[SPELL, "day"], order_by=["turn", ibis.desc("started_at"), ibis.desc("stay")])
    nights = nights.mutate(place=ibis.row_number().over(in_order)).filter(lambda row: row.place == 0)
    nights = nights.filter(nights.is_counted & nights.is_bed & nights.bed_group.isin(list(SECTORS)))
    return nights.select(
        record=nights[SPELL] + "/" + nights.day.cast("string"),
        patient_pathway_identifier=nights[SPELL],
        key=ibis.literal(SPECIALTY_KEY),
        specialty=nights.function.substitute(SPECIALTY_OF, else_=ibis.literal("")).fill_null(""),
        adds=ibis.literal(1.0),
        day=nights.day,
        ward_name=nights.ward_name,
        bed_group=nights.bed_group,
    )


def _held(rows: Table, since: ibis.Value, until: ibis.Value, turn: ibis.Value) -> Table:
    """The midnights that each stay holds, from its first day to the day before `until`; one that goes on holds every night."""
    found = rows.select(
        SPELL, "ward_name", "bed_group", "is_counted", "is_bed", "started_at",
        stay="ward_stay_identifier", function="activity_treatment_function_code", from_date=since,
        until_date=until.fill_null(ibis.date("9999-12-31")), turn=turn.cast("int64"),
    )  # fmt: skip
    return found.filter(found.from_date.notnull())


def layout(counted: Counted) -> Iterable[ReturnRow]:
    """The trust's row on both sheets."""
    for sheet in SHEETS:
        yield row_of(sheet, counted, title="The trust")


def candidates(tables: Mapping[str, Table], period: ReturnPeriod, readings: Readings) -> Table:
    """What the published averages would have besides ours, or lack, had beds been counted otherwise."""
    nights = _nights(tables["ward_nights"], period)
    sectors = nights.filter(nights.bed_group.isin(list(SECTORS)))
    critical = nights.filter(nights.bed_group == "critical_care")
    cots, day = nights.filter(nights.bed_group == "neonatal"), nights.filter(nights.bed_group == "day")
    acute = SECTORS[GENERAL_AND_ACUTE][0]
    rows = {
        "without_escalation": _bed_nights(sectors, "escalation_open", -1, counts="available"),
        "closed_counted": _bed_nights(sectors, "closed", 1, counts="available"),
        "critical_care_counted": [*_bed_nights(critical, "available", 1, sector=acute),
                                  *_bed_nights(critical, "occupied", 1, sector=acute)],
        "cots_counted": [*_bed_nights(cots, "available", 1, sector="maternity"),
                         *_bed_nights(cots, "occupied", 1, sector="maternity")],
        "day_beds_counted": [*_bed_nights(day, "available", 1, sector=acute),
                             *_bed_nights(day, "day_beds_used", 1, sector=acute, counts="occupied")],
        "on_leave_counted": _bed_nights(sectors, "on_leave", 1, counts="occupied"),
    }  # fmt: skip
    return ibis.union(*(part.mutate(reason=ibis.literal(reason)) for reason, parts in rows.items() for part in parts))


def _missing_nights(found: Checkable) -> Iterator[Finding]:
    if found.counted is not None and found.counted.value(NIGHTS) != found.period.days:
        nights = found.counted.value(NIGHTS)
        yield Finding(sheet=BY_SECTOR, found=f"{nights:,.0f}", expected=f"{found.period.days:,} nights",
                      says="The averages are over the nights that are recorded.")  # fmt: skip


def _specialties_apart(found: Checkable) -> Iterator[Finding]:
    sector, specialty = found.declared.sheet(BY_SECTOR), found.declared.sheet(BY_SPECIALTY)
    whole = {row.cut: cells_of(sector, row)[f"{OCCUPIED}: Total"] for row in found.of_sheet(BY_SECTOR)}
    for row in found.of_sheet(BY_SPECIALTY):
        summed = sum(number(cell) for column, cell in zip(specialty.columns, row.cells, strict=False) if column.is_figure)
        if row.cut in whole and not is_near(summed, number(whole[row.cut])):
            yield fault(row, "All specialties", found=summed, expected=whole[row.cut],
                        says="A patient whose treatment function is of no specialty stands under none.")  # fmt: skip


def _unusual_occupancy(found: Checkable) -> Iterator[Finding]:
    for row in found.of_sheet(BY_SECTOR):
        for name, cell in cells_of(found.declared.sheet(BY_SECTOR), row).items():
            if name.startswith(SHARE) and number(cell) > UNUSUAL_OCCUPANCY:
                yield fault(row, name, found=cell, expected=f"about 1, and rarely above {UNUSUAL_OCCUPANCY}")


def _headings(group: str) -> list[str]:
    return [f"{group}: {heading}" for sector, heading in _SECTOR_NAMES.items() if sector != TOTAL]


CHECKS = (
    *standard_checks(),
    adds_up("available_adds_up", "The sectors add up to the beds available", sheet=BY_SECTOR, total=f"{AVAILABLE}: Total",
            parts=_headings(AVAILABLE)),
    adds_up("occupied_adds_up", "The sectors add up to the beds occupied", sheet=BY_SECTOR, total=f"{OCCUPIED}: Total",
            parts=_headings(OCCUPIED)),
    *(share_is(f"share_{sector}", f"Occupancy is occupied over available: {heading}", sheet=BY_SECTOR, share=f"{SHARE}: {heading}",
               part=f"{OCCUPIED}: {heading}", whole=f"{AVAILABLE}: {heading}") for sector, heading in _SECTOR_NAMES.items()),
    ReturnCheck(slug="specialties_add_up", title="The specialties add up to the beds occupied", kind=QUERY, find=_specialties_apart,
                do="Give each stay its treatment function; look for one that no specialty of the list has."),
    ReturnCheck(slug="every_night", title="Every night of the quarter is recorded", kind=QUERY, find=_missing_nights,
                do="Load the bed states and ward stays of the nights that are missing."),
    ReturnCheck(slug="occupancy_unusual", title="No sector is far above its beds", kind=QUERY, find=_unusual_occupancy,
                do="Look for escalation beds that the bed base does not have. Occupancy above 100% is sent as it is."),
    like_last_time("like_last_quarter", "No figure of beds moved by a quarter since last quarter", sheet=BY_SECTOR,
                   column=f"{AVAILABLE}: Total", share=0.25),
)  # fmt: skip

RETURN = NationalReturn(
    slug="kh03",
    title="Average daily number of available and occupied beds open overnight by sector",
    name="KH03",
    period="quarter",
    source="NHS England, KH03 bed availability and occupancy; operations.md 2.2",
    needs=("ward_nights", "bed_stays"),
    datasets=("wards", "ward_stays", "ward_bed_states", "inpatient_spells"),
    cuts=("specialty",),
    sheets=SHEETS,
    keys={
        NIGHTS: "Nights recorded", SPECIALTY_KEY: "Occupied beds of a specialty",
        **{f"{sector}_{suffix}": f"{heading}: beds {suffix}" for sector, heading in _SECTOR_NAMES.items()
           for suffix in ("available", "occupied")},
    },
    members=members,
    layout=layout,
    checks=CHECKS,
    due_days=25,
    published="kh03",
    published_days=52,
    candidates=candidates,
    reasons=(
        Reason(slug="without_escalation", says="escalation beds that were open, left out of the published beds",
               do="Count an escalation bed while it is open and staffed."),
        Reason(slug="closed_counted", says="beds that were closed, counted as available in what was published",
               do="Take beds closed for cleaning, staffing or estates out: available is open and staffed."),
        Reason(slug="critical_care_counted", says="critical care beds counted as general and acute in what was published",
               do="Leave critical care out: it has its own collection."),
        Reason(slug="cots_counted", says="neonatal cots counted as maternity beds in what was published",
               do="Leave neonatal and well-baby cots out."),
        Reason(slug="day_beds_counted", says="day-only beds counted as overnight beds in what was published",
               do="Leave day-only beds to the day return."),
        Reason(slug="on_leave_counted", says="patients on home leave counted as occupying a bed in what was published",
               do="Say which is meant: we leave patients on leave out."),
    ),
    shows=(
        ShownColumn(column="day", heading="Night ending"),
        ShownColumn(column="ward_name", heading="Ward"),
        ShownColumn(column="bed_group", heading="Kind of beds"),
    ),
    unsure=(
        "The return counts by main specialty; stays here know the treatment function, which stands for it.",
        "Home leave: patients on leave are left out of the beds occupied.",
        "Nights before the first ward stay that ended are not counted; a quarter that lacks nights is averaged over the others.",
    ),
)  # fmt: skip
