"""Each ward now: open, taken, empty and closed beds, who is due out and for whom a bed is kept (operations.md 2.5)."""

import ibis
from ibis.expr.types import Table, TimestampValue

from clockstop.rules.bed_base import base_rows, is_pseudo, with_ward
from clockstop.rules.bed_states import states_at
from clockstop.rules.counts import joined_counts, number_of
from clockstop.rules.fact import Fact
from clockstop.rules.readings import Readings

_KEY = ("ward_code",)
_PEOPLE = (
    "occupied", "in_lounge", "long_stays", "outliers", "boarded", "can_go_home", "due_out_definite", "due_out_potential",
    "due_out_late", "gone_today",
)  # fmt: skip


def wards_now(
    inpatients_now: Table, expected_discharges: Table, wards: Table, ward_bed_states: Table, virtual_ward_stays: Table, *,
    as_of: object, at: TimestampValue, readings: Readings,
) -> Table:  # fmt: skip
    """Each ward that the bed base has on the day of `at`, and any other with patients, as it stands at `at`.

    `open` is what the last bed state says, if it is not too old, else the core beds of the bed base; `empty` is open less
    occupied, and below 0 on a ward with more patients than open beds. `due_in` are the beds kept for named patients, and `gap`
    is what is left when those have come and those due out have gone. A virtual ward has its capacity as open beds: it is of a
    bed group of its own.
    """
    rows = _people(inpatients_now, expected_discharges)
    rows = joined_counts(joined_counts(_base(wards, at), rows, _KEY), _virtual(virtual_ward_stays, at), _KEY)
    rows = with_ward(rows, base_rows(wards), at.date())
    states = states_at(ward_bed_states, at, hours=readings.bed_state_hours)
    rows = rows.left_join(states, "ward_code").drop("ward_code_right")
    rows = rows.mutate(**{name: rows[name].fill_null(0).cast("int64") for name in (*_PEOPLE, "virtual_patients")})
    return _beds(rows, readings)


def _base(wards: Table, at: TimestampValue) -> Table:
    base = base_rows(wards)
    today = at.date()
    holds = (base.base_from_date <= today) & (base.base_until_date > today) & ~is_pseudo(base.ward_type)
    return base.filter(holds).select("ward_code")


def _people(inpatients: Table, expected: Table) -> Table:
    """The patients of each ward, and who of them is due out today; who has left since midnight counts to the last ward."""
    here = inpatients.filter(inpatients.is_bed & ~inpatients.is_in_lounge)
    counts = here.group_by("ward_code").aggregate(
        occupied=here.count(),
        long_stays=number_of(here.is_long_stay),
        outliers=number_of(here.is_outlier),
        boarded=number_of(here.is_boarded),
        can_go_home=number_of(here.can_go_home),
    )
    lounge = inpatients.filter(inpatients.is_in_lounge)
    waiting = lounge.group_by(ward_code=ibis.coalesce(lounge.previous_ward_code, lounge.ward_code)).aggregate(
        in_lounge=lounge.count()
    )
    due = expected.filter(~expected.is_in_lounge).group_by("ward_code")
    leaving = due.aggregate(
        due_out_definite=lambda one: number_of(one.standing == "definite"),
        due_out_potential=lambda one: number_of(one.standing.isin(["potential", "expected"])),
        due_out_late=lambda one: number_of(one.standing == "late"),
        gone_today=lambda one: number_of(one.standing == "gone"),
    )
    return joined_counts(joined_counts(counts, waiting, _KEY), leaving, _KEY)


def _virtual(stays: Table, at: TimestampValue) -> Table:
    """The patients of each virtual ward."""
    on = stays.filter(
        (stays.virtual_ward_started_at <= at) & (stays.virtual_ward_ended_at.isnull() | (stays.virtual_ward_ended_at > at))
    )
    return on.group_by("ward_code").aggregate(virtual_patients=on.count())


def _beds(rows: Table, readings: Readings) -> Table:
    """Open, empty and closed beds of each, and what is left when today's are out and in."""
    is_virtual = (rows.ward_type == "virtual").fill_null(False)
    has_state = rows.beds_open.notnull()
    core = rows.beds - rows.escalation_beds
    beyond = ibis.least(ibis.greatest(rows.occupied - core, 0), rows.escalation_beds)
    opened_beyond = beyond if readings.escalation_beds_open_in_use else rows.escalation_beds
    opened = has_state.ifelse(rows.beds_open, is_virtual.ifelse(rows.beds, core + opened_beyond))
    occupied = is_virtual.ifelse(rows.virtual_patients + rows.occupied, rows.occupied)
    escalation = rows.is_escalation_ward.fill_null(False).ifelse(opened, has_state.ifelse(rows.escalation_beds_open, opened_beyond))
    rows = rows.mutate(
        open=opened.cast("int64"),
        occupied=occupied.cast("int64"),
        empty=(opened - occupied).cast("int64"),
        escalation_open=escalation.cast("int64"),
        has_bed_state=has_state,
        closed=has_state.ifelse(
            rows.closed_infection.fill_null(0) + rows.closed_staffing.fill_null(0) + rows.closed_estates.fill_null(0),
            ibis.null("int64"),
        ),
        due_out=rows.due_out_definite + rows.due_out_potential,
        due_in=rows.reserved.fill_null(0),
        ward_name=rows.ward_name.fill_null(rows.ward_code),
        bed_group=rows.bed_group.fill_null("unknown"),
        is_adult=rows.is_adult.fill_null(True),
        is_general_and_acute=rows.is_general_and_acute.fill_null(False),
        is_escalation_ward=rows.is_escalation_ward.fill_null(False),
    )
    return rows.mutate(gap=rows.empty + rows.due_out - rows.due_in).select(
        "ward_code", "ward_name", "ward_type", "bed_group", "is_adult", "is_general_and_acute", "is_escalation_ward", "beds",
        "escalation_beds", "open", "escalation_open", "occupied", "empty", "empty_clean", "empty_not_clean", "reserved", "closed",
        "closed_infection", "closed_staffing", "closed_estates", "counted_occupied", "due_out", "due_out_definite",
        "due_out_potential", "due_out_late", "gone_today", "due_in", "gap", "in_lounge", "long_stays", "outliers", "boarded",
        "can_go_home", "has_bed_state", "bed_state_at",
        activity_treatment_function_code=rows.ward_function_code,
        organisation_site_identifier_of_treatment=rows.ward_site,
    )  # fmt: skip


FACTS = (
    Fact(
        name="wards_now",
        title="Wards now",
        row="a ward as it stands now",
        needs=("inpatients_now", "expected_discharges", "wards", "ward_bed_states", "virtual_ward_stays"),
        build=wards_now,
        order=("site", "ward_name", "ward_code"),
        is_live=True,
    ),
)
