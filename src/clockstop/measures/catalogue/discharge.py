"""Discharge: ready dates, time of day, weekends, board rounds, criteria to reside and readmission (operations.md 2.3, 2.4 and 2.6).

Two things sound alike and are not: FLO-05 to FLO-07 look at the ready date of stays that are over, FLO-08 at who lies in a bed at
midnight without meeting the criteria to reside. They do not agree, and need not.
"""

from ibis import _

from clockstop.measures.measure import Improvement, Kind, Measure, Side
from clockstop.rules.discharge_ready import BAND_WORDS
from clockstop.rules.discharge_times import WEEKDAYS, WEEKEND_DAYS

READY = "NHS England, discharge ready date collection, since April 2023"
SAFER = "NHS Improvement, SAFER patient flow bundle"
PRACTICE = "Established practice; operations reference 2.3"
WARD = "ward_name"
CUTS = (WARD, "pathway_of_discharge", "delay_reason")
IN_SCOPE = "In scope are adult inpatients who stayed a night or more and left alive; maternity, births and well babies are out."


def _of_discharges(
    slug: str, title: str, kind: Kind, numerator: Side, denominator: Side, *, improvement: Improvement, definition: str,
    rules: tuple[str, ...], source: str = READY, unit: str = "discharges", is_headline: bool = False, is_part: bool = True,
    cuts: tuple[str, ...] = CUTS,
) -> Measure:  # fmt: skip
    """A measure of the discharges whose day fell in the period."""
    return Measure(
        slug=slug, title=title, table="discharges", kind=kind, counted="by date", day="day", numerator=numerator,
        denominator=denominator, improvement=improvement, definition=definition, source=source, rules=rules, unit=unit,
        is_headline=is_headline, is_part=is_part, cuts=cuts,
    )  # fmt: skip


READY_DATES = (
    _of_discharges(
        "discharge_on_ready_date", "Discharged on the discharge-ready date", "share", _.is_on_ready_date, _.is_measured,
        improvement="up", rules=("FLO-05",), is_headline=True,
        definition="Of the discharges with a valid discharge-ready date, those that left on that very day. The date is the last "
        "that was set and not withdrawn, from the day of admission to that of discharge. " + IN_SCOPE,
    ),
    _of_discharges(
        "discharge_ready_date_completeness", "Discharges with a valid ready date", "share", _.is_measured, _.is_in_scope,
        improvement="up", rules=("FLO-05",),
        definition="Of the discharges in scope, those whose ready date is there, not withdrawn, and within the stay. The others "
        "stand in no measure of delay. " + IN_SCOPE,
    ),
    _of_discharges(
        "discharge_delay_days", "Mean delay after the ready date, all", "mean", _.delay_days, _.is_measured, improvement="down",
        rules=("FLO-06",), unit="days",
        definition="Days from the discharge-ready date to the discharge, over every discharge measured, those without delay among "
        "them: read it with the mean over delayed ones.",
    ),
    _of_discharges(
        "discharge_delay_days_if_delayed", "Mean delay after the ready date, delayed only", "mean", _.delay_days, _.is_delayed,
        improvement="down", rules=("FLO-06",), unit="days",
        definition="Days from the discharge-ready date to the discharge, over the discharges that were delayed by a day or more.",
    ),
    _of_discharges(
        "discharge_delay_days_in_all", "Bed days after the ready date", "count", _.delay_days, _.is_measured, improvement="down",
        rules=("FLO-06",), unit="days", is_part=False,
        definition="All days from the discharge-ready dates to the discharges of the period.",
    ),
)  # fmt: skip

BANDS = tuple(
    _of_discharges(
        f"discharge_delay_{band.replace('-', '_to_').replace('+', '_plus')}", f"Delayed by {words}", "share",
        (_.delay_band == band).fill_null(False), _.is_measured, improvement="down", rules=("FLO-07",),
        definition=f"Of the discharges with a valid ready date, those delayed by {words} after it. Each falls into one band.",
    )
    for band, words in BAND_WORDS.items() if band != "0"
)  # fmt: skip

TIMES = (
    _of_discharges(
        "discharge_before_noon", "Discharged before noon", "share", _.is_before_noon, _.is_inpatient_discharge, improvement="up",
        rules=("FLO-09",), source=SAFER, is_headline=True, cuts=(WARD, "weekday", "pathway_of_discharge"),
        definition="Of the discharges in scope, those whose actual departure was before 12:00 by the clock; 12:00 itself is not. A "
        "patient who waits in the discharge lounge has freed the bed and has not left. " + IN_SCOPE,
    ),
    _of_discharges(
        "discharge_before_17", "Discharged before 5 pm", "share", _.is_before_17, _.is_inpatient_discharge, improvement="up",
        rules=("FLO-09",), source=SAFER, cuts=(WARD, "weekday", "pathway_of_discharge"),
        definition="Of the discharges in scope, those whose actual departure was before 17:00.",
    ),
    _of_discharges(
        "discharge_bed_free_before_noon", "Beds free before noon", "share", _.is_bed_released_before_noon, _.is_inpatient_discharge,
        improvement="up", rules=("FLO-09",), source=PRACTICE, cuts=(WARD, "weekday"),
        definition="The same by the moment from which the bed was free: the departure, or the way into the discharge lounge.",
    ),
    _of_discharges(
        "discharge_weekend_ratio", "Weekend discharges against weekdays", "share",
        _.is_weekend_discharge.ifelse(1 / WEEKEND_DAYS, 0.0), _.is_weekday_discharge.ifelse(1 / WEEKDAYS, 0.0), improvement="up",
        rules=("FLO-10",), source=PRACTICE, is_part=False, cuts=(WARD,), unit="discharges a day of the week",
        definition="Discharges of Saturdays and Sundays halved, over those of weekdays divided by five: a weekend's day against a "
        "weekday's. A bank holiday on a weekday stays a weekday. Compare whole weeks: a month with five weekends reads higher. "
        + IN_SCOPE,
    ),
    _of_discharges(
        "discharge_weekend_share", "Discharges at the weekend", "share", _.is_weekend_discharge, _.is_inpatient_discharge,
        improvement="up", rules=("FLO-10",), source=PRACTICE, cuts=(WARD,),
        definition="Of the discharges in scope, those on Saturdays and Sundays; 2 of 7 days are 28.6%.",
    ),
    _of_discharges(
        "discharge_on_bank_holidays", "Discharges on bank holidays", "count",
        _.is_on_bank_holiday & _.is_inpatient_discharge, _.is_inpatient_discharge, improvement="neutral", rules=("FLO-10",),
        source=PRACTICE, cuts=(WARD,),
        definition="Discharges on bank holidays that fall on Monday to Friday. They count as weekdays in the ratio.",
    ),
)  # fmt: skip


def _of_days(
    slug: str, title: str, numerator: Side, denominator: Side, *, improvement: Improvement, definition: str, rules: tuple[str, ...],
    source: str = SAFER, is_headline: bool = False, unit: str = "patient days", cuts: tuple[str, ...] = (WARD, "weekday"),
) -> Measure:  # fmt: skip
    """A share of patients' days on wards."""
    return Measure(
        slug=slug, title=title, table="patient_days", kind="share", counted="by date", day="day", numerator=numerator,
        denominator=denominator, improvement=improvement, definition=definition, source=source, rules=rules, unit=unit,
        is_headline=is_headline, cuts=cuts,
    )  # fmt: skip


CRITERIA = (
    _of_days(
        "discharge_no_criteria_to_reside", "Beds of patients who no longer need one", _.has_no_criteria, _.is_in_bed_at_midnight,
        improvement="down", rules=("FLO-08",), source="NHS England, criteria to reside; operations reference 2.3", is_headline=True,
        unit="bed nights", cuts=(WARD, "pathway_of_discharge"),
        definition="Of the adult general and acute beds occupied at each midnight of the period, those of patients who were judged "
        "that day not to meet the criteria to reside. A snapshot of beds: it does not agree with the ready dates of stays.",
    ),
    _of_days(
        "discharge_criteria_judged", "Criteria to reside judged", _.is_criteria_judged, _.is_in_bed_at_midnight, improvement="up",
        rules=("FLO-08",), source="NHS England, criteria to reside; operations reference 2.3", unit="bed nights", cuts=(WARD,),
        definition="Of the adult general and acute beds occupied at each midnight, those of patients whose criteria to reside were "
        "judged that day. Who was not judged counts as occupying a bed, and as nothing more.",
    ),
)  # fmt: skip

ROUNDS = (
    Measure(
        slug="discharge_board_rounds_held", title="Board rounds held", table="board_round_days", kind="share", counted="by date",
        day="day", numerator=_.is_held, denominator=_.is_expected, improvement="up",
        definition="Of the board rounds that wards were to hold, those held.", source=SAFER, rules=("FLO-11",), unit="rounds",
        counts_people=False, is_headline=True, cuts=(WARD, "weekday"),
    ),
    _of_discharges(
        "discharge_expected_date_in_24_hours", "Expected date of discharge set in 24 hours", "share", _.is_expected_date_in_time,
        _.is_inpatient_discharge, improvement="up", rules=("FLO-11",), source=SAFER, cuts=(WARD,),
        definition="Of the discharges in scope, those for whom an expected date was set within 24 hours of admission. " + IN_SCOPE,
    ),
    _of_discharges(
        "discharge_on_expected_date", "Left within a day of the expected date", "share", _.is_expected_date_right,
        _.has_expected_day, improvement="up", rules=("FLO-11",), source=SAFER, cuts=(WARD,),
        definition="Of the discharges in scope with an expected date, those that left on it, the day before or the day after. The "
        "date is the one that stood last.",
    ),
    _of_days(
        "discharge_red_days", "Red days", _.is_red, _.is_assessed, improvement="down", rules=("FLO-11",), is_headline=True,
        definition="Of the patient days that were judged red or green, the red ones: nothing brought the patient closer to going "
        "home. A day not assessed is unknown, and is in neither: read it with the share assessed.",
        cuts=(WARD, "weekday", "red_reason"),
    ),
    _of_days(
        "discharge_days_assessed", "Patient days judged red or green", _.is_assessed, _.is_expected, improvement="up",
        rules=("FLO-11",),
        definition="Of the days on which a patient was in an adult general and acute bed since the day before, or stood on a board "
        "round, those that were judged red or green.",
    ),
    _of_days(
        "discharge_senior_review_before_midday", "Reviewed by a senior before midday", _.is_reviewed_by_senior, _.is_expected,
        improvement="up", rules=("FLO-11",),
        definition="Of the days on which a patient was to be assessed, those on which a senior doctor reviewed them before midday.",
    ),
)  # fmt: skip

READMISSION = (
    _of_discharges(
        "discharge_readmission_30_days", "Readmitted as an emergency within 30 days", "share", _.is_readmitted, _.is_followed_up,
        improvement="down", rules=("FLO-15",), source="NHS Outcomes Framework 3b, as known; operations reference 2.4",
        is_headline=True, cuts=(WARD, "pathway_of_discharge"),
        definition="Of the discharges alive, those whose very next admission was an emergency from 0 to 29 days after them. "
        "Deaths, day cases, regular attenders, maternity and well babies are no such discharges; out to another hospital and "
        "back is one stay. A discharge counts once its 29 days are over; readmission elsewhere is not seen.",
    ),
    _of_discharges(
        "discharge_readmission_after_day_case", "Emergency admission within 30 days of a day case", "share", _.is_readmitted_apart,
        _.is_followed_up_apart, improvement="down", rules=("FLO-15",), source=PRACTICE, cuts=(WARD,),
        definition="The same after day cases, which the readmission rate leaves out.",
    ),
)  # fmt: skip

MEASURES = (*READY_DATES, *BANDS, *CRITERIA, *TIMES, *ROUNDS, *READMISSION)
