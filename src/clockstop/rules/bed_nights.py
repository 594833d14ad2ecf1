"""Who lay where at each midnight: stays laid out in civil dates, one ward for each patient and midnight (operations.md 2.2).

The midnight that ends a day is held by a stay that began by that day and ended, if it did, on a later date. So nights are dates,
and a night on which the clocks change is a night like any other.
"""

import ibis
from ibis.expr.types import BooleanValue, Table, Value

from clockstop.rules import admissions, outliers
from clockstop.rules.bed_base import WARD_COLUMNS, WITHOUT_BEDS, base_with_holes
from clockstop.rules.bed_marks import has_mark
from clockstop.rules.bed_spells import SPELL, tomorrow
from clockstop.rules.bed_stays import STAY
from clockstop.rules.readings import Readings

UNKNOWN_WARD = "unknown"
_OWN, _SECOND, _LAST = 0, 1, 2
_HELD = (
    SPELL, "ward_code", "spell_started_at", "started_at", "is_counted", "is_bed", "is_away", "is_boarded", "is_isolation",
    "activity_treatment_function_code", "spell_site", "is_emergency", "is_child",
)  # fmt: skip


def bed_nights(bed_stays: Table, inpatient_stays: Table, wards: Table, *, as_of: object, readings: Readings) -> Table:
    """Each patient and midnight up to that which ends the as-of day: `day`, the ward then and what it was that day.

    A night that no ward stay holds is that of the ward before (`is_carried`), or of no ward: before the first stay of a spell, and
    in spells without any. Spells that count for no census have their nights too, with `is_counted` false.
    """
    ranges = _ranges(bed_stays, inpatient_stays, as_of, readings)
    laid = _of_wards(ranges, wards, readings)
    return _one_a_midnight(laid.mutate(day=_each_day(laid)).drop("from_date", "until_date"))


def _ranges(stays: Table, spells: Table, as_of: object, readings: Readings) -> Table:
    """Stays, the nights that they carry and nights without a ward, from `from_date` to `until_date` (excluded), with their rank."""
    skips = readings.pseudo_ward_night_counts_on_ward_before
    stays = stays.filter(stays.spell_started_at.notnull())
    stays = stays.mutate(spell_site=stays["site" if "site" in stays.columns else "organisation_site_identifier_of_treatment"])
    own = stays.select(
        *_HELD, stay=STAY, from_date="start_date", until_date=stays.end_date.fill_null(tomorrow(as_of)),
        rank=stays.is_pseudo.ifelse(_LAST if skips else _SECOND, _OWN), is_carried=ibis.literal(False),
    )  # fmt: skip
    after = stays.filter(stays.carried_from_date.notnull())
    if not readings.gap_night_counts_on_ward_before:
        is_gap = has_mark(after.marks, "gap") | has_mark(after.marks, "spell_open")
        after = after.mutate(ward_code=is_gap.ifelse(UNKNOWN_WARD, after.ward_code), is_bed=after.is_bed & ~is_gap)
    carried = after.select(
        *_HELD, stay=STAY, from_date="carried_from_date", until_date="carried_until_date",
        rank=ibis.literal(_SECOND if skips else _LAST), is_carried=ibis.literal(True),
    )  # fmt: skip
    return ibis.union(*(rows.cast({"rank": "int8"}) for rows in (own, carried, _without_ward(stays, spells, as_of))))


def _without_ward(stays: Table, spells: Table, as_of: object) -> Table:
    """The nights of a spell before its first stay on a ward; all of them where it has none."""
    real = stays.filter(~stays.is_pseudo)
    first = real.group_by(SPELL).aggregate(first_date=real.start_date.min())
    rows = spells.left_join(first, SPELL).drop(f"{SPELL}_right")
    until = ibis.least(rows.bed_end_date.fill_null(tomorrow(as_of)), rows.first_date)
    rows = rows.mutate(until=until).filter(lambda one: one.start_date < one.until)
    no = ibis.literal(False)
    site = rows["site" if "site" in rows.columns else "organisation_site_identifier_of_treatment"]
    found = rows.mutate(
        ward_code=ibis.literal(UNKNOWN_WARD), spell_started_at=rows.started_at, is_counted=rows.is_for_census, is_bed=no,
        is_away=no, is_boarded=no, is_isolation=no, spell_site=site,
    )  # fmt: skip
    return found.select(
        *_HELD, stay=ibis.literal(""), from_date=found.start_date, until_date=found.until, rank=ibis.literal(_LAST), is_carried=no
    )


def _of_wards(ranges: Table, wards: Table, readings: Readings) -> Table:
    """The ranges cut where the ward's row of the bed base changes, and whether the patient is an outlier there then."""
    base = base_with_holes(wards)
    base = base.select("base_from_date", "base_until_date", *WARD_COLUMNS, base_ward_code="ward_code")
    overlaps = (
        (ranges.ward_code == base.base_ward_code)
        & (ranges.from_date < base.base_until_date)
        & (ranges.until_date > base.base_from_date)
    )
    rows = ranges.left_join(base, overlaps)
    is_out, is_medical = _outlying(rows, readings)
    is_bed = rows.is_bed & ~rows.ward_type.isin(WITHOUT_BEDS).fill_null(False)
    rows = rows.mutate(
        from_date=ibis.greatest(rows.from_date, rows.base_from_date),
        until_date=ibis.least(rows.until_date, rows.base_until_date),
        is_bed=is_bed,
        is_outlier=is_bed & is_out,
        is_medical_outlier=is_bed & is_medical,
        admitted_date=rows.spell_started_at.date(),
    )
    # What is only looked up in the bed base is taken from there again, night by night; nights are many, and these are texts.
    dropped = (*WARD_COLUMNS, "base_ward_code", "base_from_date", "base_until_date", "activity_treatment_function_code")
    return rows.drop(*dropped, "spell_started_at", "is_isolation").filter(lambda one: one.from_date < one.until_date)


def _outlying(rows: Table, readings: Readings) -> tuple[BooleanValue, BooleanValue]:
    excused = rows.is_isolation if readings.isolation_is_no_outlier else ibis.literal(False)
    function = rows.activity_treatment_function_code
    is_out = outliers.is_outlier(function, rows.designated_treatment_functions, rows.ward_type, is_isolation=excused)
    return is_out, is_out & outliers.is_medical(function) & rows.is_surgical_ward.fill_null(False)


def _each_day(rows: Table) -> Value:
    number = ibis.range(0, rows.until_date.delta(rows.from_date, unit="day")).unnest()
    return (rows.from_date.cast("timestamp") + number.as_interval("D")).cast("date")


def _one_a_midnight(nights: Table) -> Table:
    """One row a spell and midnight: a ward before a place without beds and a night carried, and of those the last begun."""
    order = [nights["rank"], nights.started_at.desc(), nights.stay.desc()]
    nights = nights.mutate(place=ibis.row_number().over(ibis.window(group_by=[SPELL, "day"], order_by=order)))
    rows = nights.filter(nights.place == 0).drop("place", "rank", "started_at")
    return rows.mutate(days_in=admissions.nights(rows.admitted_date, rows.day))
