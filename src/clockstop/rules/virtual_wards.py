"""Virtual wards at each midnight: patients on the caseload and the places for them (operations.md 2.4). Never hospital beds."""

import ibis
from ibis.expr.types import Table, Value

from clockstop.rules.bed_base import base_rows, with_ward
from clockstop.rules.bed_spells import SPELL, tomorrow
from clockstop.rules.counts import joined_counts, number_of
from clockstop.rules.readings import Readings

_KEY = ["day", "ward_code"]
_COUNTS = ("patients", "step_up", "step_down", "technology_enabled", "taken_on", "discharged")


def virtual_ward_nights(virtual_ward_stays: Table, bed_stays: Table, wards: Table, *, as_of: object, readings: Readings) -> Table:
    """Each virtual ward and midnight up to that which ends the as-of day: its patients, its capacity, who came and went that day.

    A stay on a virtual ward that was only sent as a ward stay of a spell counts as a step down.
    """
    stays = _stays(virtual_ward_stays, bed_stays, as_of)
    counts = joined_counts(joined_counts(_nights(stays, as_of), _begun(stays), _KEY), _ended(stays), _KEY)
    rows = joined_counts(counts, _frame(wards, stays, as_of), _KEY)
    rows = with_ward(rows, base_rows(wards), rows.day)
    return rows.select(
        *_KEY, **{name: rows[name].fill_null(0).cast("int64") for name in _COUNTS},
        ward_name=rows.ward_name.fill_null(rows.ward_code),
        capacity=rows.beds,
        activity_treatment_function_code=rows.ward_function_code,
        organisation_site_identifier_of_treatment=rows.ward_site,
    )  # fmt: skip


def _stays(own: Table, bed_stays: Table, as_of: object) -> Table:
    begun = own.filter((own.virtual_ward_started_at.date() <= as_of).fill_null(False))
    sent = begun.select(
        "ward_code", start_date=begun.virtual_ward_started_at.date(), end_date=_by(begun.virtual_ward_ended_at.date(), as_of),
        entry=begun.virtual_ward_entry, is_technology_enabled=begun.is_technology_enabled,
    )  # fmt: skip
    others = bed_stays.filter((bed_stays.ward_type == "virtual").fill_null(False))
    others = others.anti_join(own.filter(own[SPELL].notnull()), SPELL)
    others = others.select(
        "ward_code", "start_date", "end_date", entry=ibis.literal("step_down"), is_technology_enabled=ibis.null("boolean")
    )
    return sent.union(others)


def _nights(stays: Table, as_of: object) -> Table:
    until = stays.end_date.fill_null(tomorrow(as_of))
    rows = stays.mutate(nights=until.delta(stays.start_date, unit="day")).filter(lambda one: one.nights > 0)
    number = ibis.range(0, rows.nights).unnest()
    rows = rows.mutate(day=(rows.start_date.cast("timestamp") + number.as_interval("D")).cast("date"))
    return rows.group_by(*_KEY).aggregate(
        patients=rows.count(),
        step_up=number_of(rows.entry == "step_up"),
        step_down=number_of(rows.entry == "step_down"),
        technology_enabled=number_of(rows.is_technology_enabled),
    )


def _begun(stays: Table) -> Table:
    return stays.group_by(day=stays.start_date, ward_code=stays.ward_code).aggregate(taken_on=stays.count())


def _ended(stays: Table) -> Table:
    gone = stays.filter(stays.end_date.notnull())
    return gone.group_by(day=gone.end_date, ward_code=gone.ward_code).aggregate(discharged=gone.count())


def _frame(wards: Table, stays: Table, as_of: object) -> Table:
    """Each virtual ward and day on which the bed base has it, from the first stay of any."""
    base = base_rows(wards)
    base = base.filter(base.ward_type == "virtual").select("ward_code", "base_from_date", "base_until_date")
    rows = base.cross_join(stays.aggregate(first_date=stays.start_date.min()))
    since, until = ibis.greatest(rows.base_from_date, rows.first_date), ibis.least(rows.base_until_date, tomorrow(as_of))
    rows = rows.mutate(since=since, nights=until.delta(since, unit="day"))
    rows = rows.filter((rows.nights > 0) & rows.first_date.notnull())
    number = ibis.range(0, rows.nights).unnest()
    return rows.select("ward_code", day=(rows.since.cast("timestamp") + number.as_interval("D")).cast("date"))


def _by(day: Value, as_of: object) -> Value:
    return (day <= as_of).ifelse(day, ibis.null("date"))
