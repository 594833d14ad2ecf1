"""Who is in a bed now, and who is expected to leave today or has left: the live facts of board rounds (operations.md 2.3).

Both look at stays that are open at `at`, or ended on its day, and at rounds of the last days alone.
"""

import ibis
from ibis.expr.types import BooleanValue, DateValue, Table, TimestampValue, Value

from clockstop.rules.admissions import CENSUS_BANDS
from clockstop.rules.bed_base import LOUNGE
from clockstop.rules.bed_spells import PATHWAY, SPELL
from clockstop.rules.discharge_ready import ready_dates
from clockstop.rules.either import days_after
from clockstop.rules.patient_days import SAID, UNKNOWN, rounds_of
from clockstop.rules.readings import Readings

WEEK_NIGHTS, FORTNIGHT_NIGHTS, LONG_STAY_NIGHTS = CENSUS_BANDS
# How sure it is that a patient leaves today, and what became of it.
STANDING = {
    "gone": "Gone",
    "definite": "Definite",
    "potential": "Potential",
    "late": "Late",
    "expected": "Not confirmed",
}
_OF_STAY = (
    "ward_code", "ward_name", "ward_type", "bay", "bed", "is_adult", "is_general_and_acute", "is_outlier", "is_medical_outlier",
    "is_isolation", "is_boarded", "is_home_leave", "is_bed", "is_pseudo",
)  # fmt: skip


def inpatients_now(
    inpatient_stays: Table, bed_stays: Table, discharge_ready_dates: Table, ward_patient_days: Table, *,
    as_of: object, at: TimestampValue, readings: Readings,
) -> Table:  # fmt: skip
    """Each patient in a bed at the instant `at`, with what the last rounds said, what is waited for and since when.

    The colour is that of today's round alone: until it, and where nobody judged, it is unknown. Criteria to reside and action are
    those last said within a week, with their day. `round_ward_code` is the ward that speaks of the patient: that of the
    bed, or for who sits in the lounge the ward that they left. Day cases and well babies are no patients for a board round.
    """
    open_now = _open_at(inpatient_stays.filter(inpatient_stays.is_for_census), at)
    rows = _in_beds(open_now, bed_stays, at)
    rows = rows.filter(rows.is_bed | (rows.ward_type == LOUNGE).fill_null(False))
    today = at.date()
    rows = rows.mutate(nights=today.delta(rows.start_date, unit="day"), end_date=ibis.null("date"))
    rows = _with_ready_date(rows, discharge_ready_dates, today)
    rows = _with_rounds(rows, ward_patient_days, today)
    return _standing(rows, today)


def expected_discharges(
    inpatients_now: Table, inpatient_stays: Table, bed_stays: Table, ward_patient_days: Table, *,
    as_of: object, at: TimestampValue, readings: Readings,
) -> Table:  # fmt: skip
    """Who is expected to leave on the day of `at`, and who has left on it: gone, definite, potential, late.

    Expected is who a round of today calls definite or potential, and whose expected date is today; late is whose expected date
    has passed and whom no round of today expects to leave.
    """
    here = inpatients_now.filter(inpatients_now.is_expected_today | inpatients_now.is_late)
    standing = here.is_late.ifelse("late", "expected")
    here = here.mutate(
        standing=ibis.coalesce(here.expectation, standing), ended_at=ibis.null("timestamp"), is_gone=ibis.literal(False)
    )
    gone = _gone(inpatient_stays, bed_stays, ward_patient_days, at)
    shared = [name for name in here.columns if name in gone.columns]
    only_here = {name: ibis.null(here[name].type()) for name in here.columns if name not in gone.columns}
    gone = gone.select(*shared, **only_here).select(*here.columns).cast(dict(here.schema()))
    rows = here.union(gone)
    order = {"gone": 3, "definite": 0, "late": 1, "potential": 2}
    return rows.mutate(standing_order=ibis.cases(*((rows.standing == name, place) for name, place in order.items()), else_=2))


def _open_at(stays: Table, at: TimestampValue) -> Table:
    """The spells begun by `at` and not ended then; who has stepped down to a virtual ward holds no bed."""
    goes_on = stays.bed_ended_at.isnull() | (stays.bed_ended_at > at)
    return stays.filter((stays.started_at <= at) & goes_on).drop("marks")


def _in_beds(rows: Table, bed_stays: Table, at: TimestampValue) -> Table:
    """The rows with the ward, bay and bed of the stay that holds at `at`: the last begun, a ward before a place that is none."""
    stays = bed_stays.filter(
        (bed_stays.started_at <= at) & (bed_stays.ended_at.isnull() | (bed_stays.ended_at > at)) & bed_stays[SPELL].notnull()
    )
    order = ibis.window(
        group_by=SPELL,
        order_by=[
            (stays.is_pseudo & (stays.ward_type != LOUNGE)).asc(),
            stays.started_at.desc(),
            stays.ward_stay_identifier.desc(),
        ],
    )
    stays = stays.mutate(place=ibis.row_number().over(order))
    held = stays.filter(stays.place == 0).select(
        SPELL, *_OF_STAY, "previous_ward_code", "move_number", ward_started_at="started_at",
        stay_function="activity_treatment_function_code",
    )  # fmt: skip
    rows = rows.inner_join(held, SPELL)
    function = "activity_treatment_function_code"
    return rows.mutate(**{function: ibis.coalesce(rows.stay_function, rows[function])}).drop("stay_function")


def _with_ready_date(rows: Table, history: Table, today: DateValue) -> Table:
    """The rows with the ready date that stands today: who was called ready for a later day is not ready yet."""
    until_now = history.filter(history.discharge_ready_date <= today)
    found = ready_dates(rows.select(SPELL, "start_date", "end_date"), until_now)
    found = found.drop("entries", "standing_date", "withdrawals", "ready_recorded_at")
    rows = rows.left_join(found, SPELL).drop(f"{SPELL}_right")
    days = today.delta(rows.discharge_ready_date, unit="day")
    return rows.mutate(
        days_ready=days,
        is_ready=rows.discharge_ready_date.notnull(),
        delay_reason=ibis.coalesce(rows.delay_reason, rows.delay_reason_code),
        ready_pathway=rows.pathway_of_discharge,
    ).drop("pathway_of_discharge")


def _with_rounds(rows: Table, ward_patient_days: Table, today: DateValue) -> Table:
    """The rows with what the round of today said, and what was last said within a week."""
    near = ward_patient_days.filter(
        (ward_patient_days.round_date <= today) & (ward_patient_days.round_date > days_after(today, -WEEK_NIGHTS))
    )
    said = rounds_of(near)
    of_spell = said.group_by("said_of").aggregate(
        round_date=said.round_date.max(),
        judged_date=said.round_date.max(where=said.meets_criteria_to_reside.notnull()),
        **{f"last_{name}": said[name].argmax(said.round_date, where=said[name].notnull()) for name in SAID},
        **{
            f"today_{name}": said[name].argmax(said.round_date, where=said[name].notnull() & (said.round_date == today))
            for name in ("colour", "red_reason", "expectation", "is_senior_reviewed")
        },
    )
    found = rows.rename(spell_expected_date="estimated_discharge_date").left_join(of_spell, rows[SPELL] == of_spell.said_of)
    is_red = found.today_colour == "red"
    return found.mutate(
        colour=found.today_colour.fill_null(UNKNOWN),
        is_assessed_today=found.today_colour.notnull(),
        is_seen_today=(found.round_date == today).fill_null(False),
        red_reason=is_red.fill_null(False).ifelse(found.today_red_reason, ibis.null("string")),
        expectation=found.today_expectation,
        is_senior_reviewed=found.today_is_senior_reviewed.fill_null(False),
        meets_criteria_to_reside=found.last_meets_criteria_to_reside,
        reason_to_reside=found.last_reason_to_reside,
        estimated_discharge_date=ibis.coalesce(found.last_estimated_discharge_date, found.spell_expected_date),
        pathway_of_discharge=ibis.coalesce(found.ready_pathway, found.last_pathway_of_discharge),
        action=found.last_action,
        action_owner=found.last_action_owner,
    ).drop(
        "said_of", "ready_pathway", "spell_expected_date", *(f"last_{name}" for name in SAID),
        "today_colour", "today_red_reason", "today_expectation", "today_is_senior_reviewed",
    )  # fmt: skip


def _standing(rows: Table, today: DateValue) -> Table:
    """The rows with the truths that lists and boards ask for."""
    expected_date, nights = rows.estimated_discharge_date, rows.nights
    needs_no_bed = _known(~rows.meets_criteria_to_reside)
    is_said = rows.expectation.notnull()
    is_past = _known(expected_date < today)
    rows = rows.mutate(
        **{PATHWAY: rows[SPELL]},
        days_to_expected=expected_date.delta(today, unit="day"),
        can_go_home=rows.is_ready | needs_no_bed,
        is_without_criteria=needs_no_bed,
        is_criteria_unknown=rows.meets_criteria_to_reside.isnull(),
        is_expected_today=is_said | _known(expected_date == today),
        is_late=is_past & ~is_said,
        is_without_expected_date=expected_date.isnull(),
        is_7_plus=nights >= WEEK_NIGHTS,
        is_14_plus=nights >= FORTNIGHT_NIGHTS,
        is_long_stay=nights >= LONG_STAY_NIGHTS,
        is_in_lounge=_known(rows.ward_type == LOUNGE),
        round_ward_code=_known(rows.ward_type == LOUNGE).ifelse(
            ibis.coalesce(rows.previous_ward_code, rows.ward_code), rows.ward_code
        ),
        ward_days=today.delta(rows.ward_started_at.date(), unit="day"),
    )
    waits = ibis.coalesce(rows.delay_reason, rows.red_reason, rows.reason_to_reside)
    return rows.mutate(waits_for=waits, is_overdue_round=~rows.is_seen_today)


def _gone(inpatient_stays: Table, bed_stays: Table, ward_patient_days: Table, at: TimestampValue) -> Table:
    """Who left on the day of `at`, up to it, alive and for census purposes a patient; with the last ward."""
    today = at.date()
    rows = inpatient_stays.filter(
        inpatient_stays.is_for_census
        & ~inpatient_stays.is_dead
        & (inpatient_stays.end_date == today)
        & (inpatient_stays.ended_at <= at)
    ).drop("marks")
    stays = bed_stays.filter(~bed_stays.is_pseudo)
    last = stays.group_by(SPELL).aggregate(
        **{name: stays[name].argmax(stays.started_at) for name in ("ward_code", "ward_name", "ward_type", "bay", "bed")}
    )
    rows = rows.left_join(last, SPELL).drop(f"{SPELL}_right")
    said = rounds_of(ward_patient_days.filter(ward_patient_days.round_date == today))
    said = said.select("said_of", "expectation", "colour", "action", "action_owner", "pathway_of_discharge")
    rows = rows.left_join(said, rows[SPELL] == said.said_of).drop("said_of")
    return rows.mutate(
        standing=ibis.literal("gone"),
        is_gone=ibis.literal(True),
        days_to_expected=rows.estimated_discharge_date.delta(today, unit="day"),
        is_expected_today=rows.expectation.notnull() | _known(rows.estimated_discharge_date == today),
        is_late=ibis.literal(False),
        is_in_lounge=ibis.literal(False),
        colour=rows.colour.fill_null(UNKNOWN),
    )


def _known(truth: Value) -> BooleanValue:
    return truth.fill_null(False)
