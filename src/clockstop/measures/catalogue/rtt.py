"""Referral to treatment: what the waiting list and the clocks are measured by (planned-care.md 1.8 to 1.12)."""

from ibis import _

from clockstop.measures.measure import Measure
from clockstop.rules import rtt_validation
from clockstop.rules.rtt_bands import DAYS_IN_WEEK, STANDARD_DAYS

GUIDANCE = "NHS England, Recording and reporting RTT waiting times, v5.0 (PRN01045)"
WLMDS = "NHS England waiting list minimum data set: analysts' published definitions"


def _over(weeks: int, *, improvement_note: str) -> Measure:
    """The count of pathways that have waited more than `weeks` weeks (RTT-R41: days > 7N)."""
    return Measure(
        slug=f"rtt_over_{weeks}_weeks",
        title=f"Waiting over {weeks} weeks",
        table="rtt_waits",
        kind="count",
        counted="at census",
        denominator=_.is_waiting,
        numerator=_.days_waited > weeks * DAYS_IN_WEEK,
        improvement="down",
        definition=f"Incomplete pathways that have waited more than {weeks * DAYS_IN_WEEK} days at the census. {improvement_note}",
        source=GUIDANCE,
        rules=("RTT-R41", "RTT-R45"),
        is_headline=weeks in (52, 65),
    )


def _wait(slug: str, title: str, share: float, words: str) -> Measure:
    return Measure(
        slug=slug,
        title=title,
        table="rtt_waits",
        kind="quantile",
        counted="at census",
        denominator=_.is_waiting,
        numerator=_.is_waiting,
        improvement="down",
        definition=f"{words} It is read from the counts in weekly bands, by linear interpolation inside the band.",
        source=GUIDANCE,
        rules=("RTT-R40", "RTT-R55"),
        unit="weeks",
        quantile=share,
        histogram="rtt_weeks_waited",
    )


INCOMPLETE = (
    Measure(
        slug="rtt_within_18_weeks",
        title="Waiting 18 weeks or less",
        table="rtt_waits",
        kind="share",
        counted="at census",
        denominator=_.is_waiting,
        numerator=_.days_waited <= STANDARD_DAYS,
        improvement="up",
        definition="Of the incomplete pathways at the census, the share that have waited 126 days or fewer.",
        source=f"NHS Constitution; {GUIDANCE}",
        rules=("RTT-R41", "RTT-R42", "RTT-R45"),
        is_headline=True,
    ),
    Measure(
        slug="rtt_incomplete",
        title="Waiting list",
        table="rtt_waits",
        kind="count",
        counted="at census",
        denominator=_.is_waiting,
        numerator=_.is_waiting,
        improvement="down",
        definition="Pathways whose clock is running at the census: started on or before it, not stopped by the end of it, "
        "not nullified, and still this trust's to report. A patient with two pathways counts twice.",
        source=GUIDANCE,
        rules=("RTT-R42", "RTT-R33"),
        is_headline=True,
    ),
    Measure(
        slug="rtt_over_52_weeks_share",
        title="Share waiting over 52 weeks",
        table="rtt_waits",
        kind="share",
        counted="at census",
        denominator=_.is_waiting,
        numerator=_.days_waited > 52 * DAYS_IN_WEEK,
        improvement="down",
        definition="Of the incomplete pathways at the census, the share that have waited more than 364 days.",
        source=GUIDANCE,
        rules=("RTT-R41", "RTT-R45"),
        is_headline=True,
    ),
    Measure(
        slug="rtt_first_appointment_within_18_weeks",
        title="Waiting 18 weeks or less for a first appointment",
        table="rtt_waits",
        kind="share",
        counted="at census",
        denominator=_.is_waiting_for_first,
        numerator=_.days_waited <= STANDARD_DAYS,
        improvement="up",
        definition="Of the pathways not yet seen since their clock started and not on the admitted list, the share "
        "that have waited 126 days or fewer.",
        source=WLMDS,
        rules=("RTT-R53", "RTT-R52"),
        is_headline=True,
    ),
    _over(52, improvement_note="364 days is not yet over."),
    _over(65, improvement_note="455 days is not yet over."),
    _over(78, improvement_note="546 days is not yet over."),
    _over(104, improvement_note="728 days is not yet over."),
    _wait("rtt_median_wait", "Median wait", 0.5, "Half of the incomplete pathways have waited less than this."),
    _wait(
        "rtt_92nd_percentile_wait", "92nd percentile wait", 0.92, "92 in every 100 incomplete pathways have waited less than this."
    ),
    Measure(
        slug="rtt_decision_to_admit_share",
        title="Share with a decision to admit",
        table="rtt_waits",
        kind="share",
        counted="at census",
        denominator=_.is_waiting,
        numerator=_.is_waiting_for_admission,
        improvement="neutral",
        definition="Of the incomplete pathways at the census, the share with a decision to admit (Part 2A of Part 2).",
        source=GUIDANCE,
        rules=("RTT-R45",),
    ),
    Measure(
        slug="rtt_clearance_weeks",
        title="Clearance time",
        table="rtt_clocks",
        kind="rate",
        counted="at census",
        per=13,
        denominator=_.has_stopped_in_13_weeks,
        numerator=_.is_waiting,
        improvement="down",
        definition="Weeks that it would take to clear the list if nobody joined it: the list divided by a typical week's "
        "clock stops. All stops count, not treatments alone. Typical is the mean of the 13 weeks to the census.",
        source=GUIDANCE,
        rules=("RTT-R45",),
        unit="weeks",
    ),
)

COHORTS = (
    Measure(
        slug="rtt_breach_in_4_weeks",
        title="Will pass 18 weeks within 4 weeks",
        table="rtt_waits",
        kind="count",
        counted="at census",
        denominator=_.is_waiting,
        numerator=(_.days_waited > STANDARD_DAYS - 28) & (_.days_waited <= STANDARD_DAYS),
        improvement="down",
        definition="Pathways within 18 weeks today that will be beyond it 28 days from now unless their clock stops.",
        source=GUIDANCE,
        rules=("RTT-R56", "RTT-R41"),
    ),
    Measure(
        slug="rtt_over_52_weeks_by_31_march",
        title="Will be over 52 weeks on 31 March if not treated",
        table="rtt_waits",
        kind="count",
        counted="at census",
        denominator=_.is_waiting,
        numerator=_.year_end_date.delta(_.start_date, unit="day") > 52 * DAYS_IN_WEEK,
        improvement="down",
        definition="Pathways that will have waited more than 364 days on the last day of this financial year "
        "unless their clock stops, those already over included.",
        source=GUIDANCE,
        rules=("RTT-R56",),
        is_current_only=True,
    ),
)


QUALITY = (
    Measure(
        slug="rtt_validated_within_12_weeks",
        title="Validated within 12 weeks",
        table="rtt_waits",
        kind="share",
        counted="at census",
        denominator=lambda waits: rtt_validation.result_of(waits).isin(["validated", "not_validated"]),
        numerator=lambda waits: rtt_validation.result_of(waits) == "validated",
        improvement="up",
        definition="Of the pathways that have waited more than 84 days with nothing in the last 12 weeks (attendance, "
        "decision to admit) and nothing in the next 4 (appointment, date to come in), the share validated in the last 12 weeks.",
        source=WLMDS,
        rules=("RTT-R50",),
        is_current_only=True,
        is_headline=True,
    ),
    Measure(
        slug="rtt_must_be_validated",
        title="Must be validated",
        table="rtt_waits",
        kind="count",
        counted="at census",
        denominator=lambda waits: rtt_validation.result_of(waits) != "out_of_scope",
        numerator=lambda waits: rtt_validation.result_of(waits).isin(["not_validated", "dq"]),
        improvement="down",
        definition="Pathways that have waited more than 84 days with nothing in the last 12 weeks and nothing in the next 4, and "
        "were not validated in the last 12 weeks: the validation team's worklist. An impossible date counts as none.",
        source=WLMDS,
        rules=("RTT-R50", "RTT-R51"),
        is_current_only=True,
    ),
    Measure(
        slug="rtt_revalidated",
        title="Validated since passing 12, 26 or 52 weeks",
        table="rtt_waits",
        kind="share",
        counted="at census",
        denominator=lambda waits: rtt_validation.milestone_date(waits.start_date, waits.census_date).notnull(),
        numerator=lambda waits: rtt_validation.is_validated_since_milestone(
            waits.start_date, waits.last_pas_validation_date, waits.census_date
        ),
        improvement="up",
        definition="Of the pathways that have waited more than 12 weeks, the share validated on or after the day on which the wait "
        "last passed 12, 26 or 52 weeks.",
        source=f"{WLMDS}; NHS England, waiting list validation, December 2022",
        rules=("RTT-R50",),
        is_current_only=True,
    ),
    Measure(
        slug="rtt_no_next_step_share",
        title="Share with no next step",
        table="rtt_waits",
        kind="share",
        counted="at census",
        denominator=_.is_waiting,
        numerator=~_.has_next_step,
        improvement="down",
        definition="Of the incomplete pathways, the share with no appointment, date to come in or decision recorded ahead.",
        source="Clockstop; record-level flag 12 of planned-care practice",
        rules=("RTT-R51",),
        is_current_only=True,
    ),
    Measure(
        slug="rtt_no_next_step",
        title="Pathways with no next step",
        table="rtt_waits",
        kind="count",
        counted="at census",
        denominator=_.is_waiting,
        numerator=~_.has_next_step,
        improvement="down",
        definition="Incomplete pathways with no appointment, date to come in or decision ahead of them in the records.",
        source="Clockstop; record-level flag 12 of planned-care practice",
        rules=("RTT-R51",),
        is_current_only=True,
        is_headline=True,
    ),
)

_is_completed = _.end_date.notnull() & ~_.is_nullified
_is_completed_known = _is_completed & _.start_date.notnull()


def _completed(way: str, part: str, is_admitted: bool) -> tuple[Measure, Measure]:
    """The count of clocks completed one way in a period, and the share of them within 18 weeks (RTT-R43)."""
    ended = _.ended_by_admission.fill_null(False)
    which = ended if is_admitted else ~ended
    how = "by admission for treatment" if is_admitted else "in any other way than by admission for treatment"
    return (
        Measure(
            slug=f"rtt_completed_{way}",
            title=f"Completed pathways, {way.replace('_', '-')}",
            table="rtt_clocks",
            kind="count",
            counted="by end date",
            denominator=_is_completed,
            numerator=which,
            improvement="neutral",
            definition=f"Clocks that ended in the period {how} (Part {part}). Nullified clocks are never completed pathways.",
            source=GUIDANCE,
            rules=("RTT-R43",),
        ),
        Measure(
            slug=f"rtt_completed_{way}_within_18_weeks",
            title=f"Completed within 18 weeks, {way.replace('_', '-')}",
            table="rtt_clocks",
            kind="share",
            counted="by end date",
            denominator=_is_completed_known & which,
            numerator=_.days_waited <= STANDARD_DAYS,
            improvement="up",
            definition=f"Of the clocks with a known start that ended in the period {how}, the share that had run "
            "126 days or fewer. No longer a standard.",
            source=GUIDANCE,
            rules=("RTT-R43", "RTT-R45"),
        ),
    )


FLOWS = (
    *_completed("admitted", "1A", is_admitted=True),
    *_completed("non_admitted", "1B", is_admitted=False),
    Measure(
        slug="rtt_new_periods",
        title="New RTT periods",
        table="rtt_clocks",
        kind="count",
        counted="by start date",
        denominator=~_.is_nullified,
        numerator=~_.is_nullified,
        improvement="neutral",
        definition="Clocks that started in the period, those that also stopped in it among them (Part 3). "
        "Clocks nullified since are left out.",
        source=GUIDANCE,
        rules=("RTT-R44",),
    ),
    Measure(
        slug="rtt_clock_stops",
        title="Clock stops",
        table="rtt_clocks",
        kind="count",
        counted="by end date",
        denominator=_is_completed,
        numerator=_is_completed,
        improvement="neutral",
        definition="Clocks that ended in the period for any reason, treated or not; nullified clocks are left out.",
        source=GUIDANCE,
        rules=("RTT-R43",),
        is_headline=True,
    ),
    Measure(
        slug="rtt_nullified",
        title="Nullified periods",
        table="rtt_clocks",
        kind="count",
        counted="by end date",
        denominator=_.end_date.notnull(),
        numerator=_.is_nullified,
        improvement="neutral",
        definition="Clocks nullified in the period: the patient did not attend the first appointment, of which they had been told.",
        source=GUIDANCE,
        rules=("RTT-R28",),
    ),
    Measure(
        slug="rtt_unknown_start",
        title="Completed with an unknown start",
        table="rtt_clocks",
        kind="count",
        counted="by end date",
        denominator=_is_completed,
        numerator=_.start_date.isnull(),
        improvement="down",
        definition="Clocks that ended in the period and whose start nobody has recorded. The date must be traced, never invented. "
        "A stop before which no clock is known makes no clock and is not counted here; the monthly return and flag 2 count it.",
        source=GUIDANCE,
        rules=("RTT-R47",),
    ),
)

MEASURES = (*INCOMPLETE, *COHORTS, *QUALITY, *FLOWS)
