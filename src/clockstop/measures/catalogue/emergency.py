"""Emergency care: time in the department, ambulance handovers, steps of a visit, specialties, corridors (operations.md 1.5).

A share counts ended visits whose minutes are known; what is left out for want of a time is a measure of its own. Medians are read
from counts of whole minutes, so that sites and trusts can be added up.
"""

from ibis import _

from clockstop.measures.measure import Improvement, Kind, Measure, Side

STANDARD = "NHS Constitution; NHS England, A&E attendances and emergency admissions (MSitAE)"
CLINICAL = "Department of Health, A&E clinical quality indicators (2011); operations reference 1.5"
HANDOVER = "NHS England, ambulance handover: 15 minutes expected, release at 45; operations reference 1.4"
PRACTICE = "Established practice; operations reference 1.5"
CUTS = ("department_type", "arrival_mode")


def _of_visits(
    slug: str, title: str, kind: Kind, numerator: Side, denominator: Side, *, improvement: Improvement, definition: str, rule: str,
    source: str = STANDARD, unit: str = "attendances", is_headline: bool = False, quantile: float | None = None,
    histogram: str = "", cuts: tuple[str, ...] = CUTS,
) -> Measure:  # fmt: skip
    """A measure of the visits whose reporting date falls in the period."""
    return Measure(
        slug=slug, title=title, table="emergency_attendances", kind=kind, counted="by date", day="reporting_date",
        numerator=numerator, denominator=denominator, improvement=improvement, definition=definition, source=source, rules=(rule,),
        unit=unit, is_headline=is_headline, quantile=quantile, histogram=histogram, cuts=cuts,
    )  # fmt: skip


_COUNTED = "Unplanned attendances of types 1 to 4 that have ended, whose minutes in the department are known; same day emergency "
_COUNTED += "care stands apart. The clock starts and stops by UEC-1.2."


def _within_4_hours(slug: str, of: str, who: Side, rule: str, more: str, *, is_headline: bool = False) -> Measure:
    return _of_visits(
        slug, f"Within 4 hours: {of}", "share", _.is_within_4_hours, _.is_timed & who, improvement="up", rule=rule,
        is_headline=is_headline, definition=f"{_COUNTED} {more} Within 4 hours is up to 240 minutes, seconds dropped.",
    )  # fmt: skip


FOUR_HOURS = (
    _within_4_hours("ed_within_4_hours", "all types", _.is_in_standard, "UEC-01", "All types together.", is_headline=True),
    _within_4_hours("ed_within_4_hours_type_1", "type 1", _.is_type_1, "UEC-02", "Major departments alone.", is_headline=True),
    _within_4_hours("ed_within_4_hours_type_2", "type 2", _.department_type == "02", "UEC-02", "Departments of one specialty."),
    _within_4_hours("ed_within_4_hours_type_3", "types 3 and 4", _.department_type.isin(["03", "04"]), "UEC-02",
                    "Minor injury units, urgent treatment and walk-in centres."),
    _within_4_hours("ed_within_4_hours_admitted", "admitted", _.is_admitted, "UEC-03", "Those who were admitted."),
    _within_4_hours("ed_within_4_hours_not_admitted", "not admitted", ~_.is_admitted, "UEC-03", "Those who were not admitted."),
    _within_4_hours("ed_within_4_hours_children", "children", _.is_child, "UEC-03",
                    "Those under the age that a reading sets (16), by their age on arrival."),
)  # fmt: skip

_TWELVE = _.is_twelve_hour_type & _.minutes_in_department.notnull()
TWELVE_HOURS = (
    _of_visits("ed_over_12_hours_from_arrival", "Over 12 hours from arrival", "share", _.is_over_12_hours_from_arrival, _TWELVE,
               improvement="down", rule="UEC-04", is_headline=True,
               definition="Unplanned attendances of types 1 and 2 (a reading), whatever their outcome, of more than 720 minutes "
               "from the start of the clock to its stop. Not the wait from the decision to admit."),
    _of_visits("ed_over_12_hours_from_decision", "Over 12 hours from the decision to admit", "count",
               _.is_over_12_hours_from_decision, _.is_admitted & _.is_unplanned, improvement="down", rule="UEC-05", unit="patients",
               is_headline=True,
               definition="Admitted patients who left for a bed more than 720 minutes after the decision to admit them (the "
               "trolley wait). A decision before arrival counts from the start of the clock. Each needs a breach report."),
)  # fmt: skip


def _steps(stem: str, words: str, *, rule: str, limit: int, definition: str) -> tuple[Measure, ...]:
    """Median, 95th percentile and share within the limit of the minutes to a step of the visit."""
    minutes = _[f"minutes_to_{stem}"]
    known = _.is_in_standard & minutes.notnull()
    said = (
        f"{definition} A step before the clock started counts 0 minutes. Unplanned attendances of types 1 to 4 that have its time."
    )
    quantiles = tuple(
        _of_visits(f"ed_minutes_to_{stem}_{name}", f"{words}: {title}", "quantile", minutes, known, improvement="down", rule=rule,
                   source=CLINICAL, unit="minutes", quantile=share, histogram=f"ed_minutes_to_{stem}", definition=said, cuts=())
        for name, title, share in (("median", "median", 0.5), ("95th", "95th percentile", 0.95))
    )  # fmt: skip
    within = _of_visits(
        f"ed_{stem}_within_{limit}", f"{words} within {limit} minutes", "share", minutes <= limit, known,
        improvement="up", rule=rule, source=CLINICAL, definition=said,
    )  # fmt: skip
    timed = _of_visits(
        f"ed_{stem}_timed", f"{words}: completeness", "share", known, _.is_timed, improvement="up", rule=rule, source=PRACTICE,
        definition="Of the ended unplanned attendances of types 1 to 4, those that have a time of this step. Who left before it "
        "has none.",
    )  # fmt: skip
    return (*quantiles, within, timed)


STEPS = (
    *_steps("assessment", "Time to initial assessment", rule="UEC-08", limit=15,
            definition="Minutes from the start of the clock to the first assessment."),
    *_steps("treatment", "Time to treatment", rule="UEC-09", limit=60,
            definition="Minutes from the start of the clock to being first seen for treatment."),
)  # fmt: skip

_ENDED = _.is_in_standard & ~_.is_still_here
OUTCOMES = (
    _of_visits("ed_left_before_seen", "Left before being seen", "share", _.is_left_before_seen, _ENDED, improvement="down",
               rule="UEC-10", source=CLINICAL,
               definition="Of the unplanned attendances of types 1 to 4 that have ended, those who left before the initial "
               "assessment or before being seen for treatment. They count as attendances."),
    _of_visits("ed_reattendance", "Unplanned re-attendance within 7 days", "share", _.is_reattendance, _.is_in_standard,
               improvement="down", rule="UEC-11", source=CLINICAL,
               definition="Unplanned attendances of types 1 to 4 of somebody who had left a department of the trust up to 7 days "
               "before, for any cause. A person is known by the NHS number, else by the hospital number."),
    _of_visits("ed_ready_to_departure_within_60", "Left within an hour of being ready", "share", _.minutes_from_ready <= 60,
               _.is_admitted & _.is_in_standard & _.minutes_from_ready.notnull(), improvement="up", rule="UEC-12", source=PRACTICE,
               definition="Of the admitted patients with a time of being clinically ready to proceed, those who left the "
               "department within 60 minutes of it."),
    _of_visits("ed_conversion", "Attendances that end in admission", "share", _.is_admitted, _.is_type_1 & ~_.is_still_here,
               improvement="neutral", rule="UEC-14", source=PRACTICE,
               definition="Admitted patients of the unplanned type 1 attendances that have ended."),
    _of_visits("ed_mental_health_over_12_hours", "Mental health: over 12 hours in the department", "count",
               _.is_over_12_hours_from_arrival, _.is_mental_health & _.is_timed, improvement="down", rule="UEC-16",
               unit="patients", source=PRACTICE,
               definition="Attendances whose main reason is mental health, of more than 720 minutes."),
    _of_visits("ed_mental_health_over_24_hours", "Mental health: over 24 hours in the department", "count", _.is_over_24_hours,
               _.is_mental_health & _.is_timed, improvement="down", rule="UEC-16", unit="patients", source=PRACTICE,
               definition="Attendances whose main reason is mental health, of more than 1,440 minutes."),
    _of_visits("ed_attendances", "Emergency attendances", "count", _.is_in_standard, _.is_in_standard, improvement="neutral",
               rule="UEC-01", unit="attendances", is_headline=True,
               definition="Unplanned attendances of types 1 to 4, those under way among them. Records of one visit that was "
               "streamed on a site are one attendance."),
    _of_visits("ed_untimed", "Attendances without a usable departure", "share", ~_.is_timed, _ENDED, improvement="down",
               rule="UEC-01", source=PRACTICE,
               definition="Of the unplanned attendances of types 1 to 4 that are over, those whose minutes nobody knows: no "
               "departure after 24 hours, a departure before the arrival, or a move on paper alone. They are left out of the "
               "4-hour and 12-hour measures."),
    _of_visits("ed_admitted_without_decision", "Admitted without a decision to admit", "share", _.decision_to_admit_at.isnull(),
               _.is_admitted & _.is_in_standard, improvement="down", rule="UEC-05", source=PRACTICE,
               definition="Of the admitted patients, those without a time of the decision to admit: they cannot be counted among "
               "those who waited over 12 hours from it."),
)  # fmt: skip


def _of_handovers(
    slug: str, title: str, kind: Kind, numerator: Side, *, improvement: Improvement, definition: str, rule: str = "UEC-06",
    unit: str = "handovers", is_headline: bool = False, day: str = "end_date", denominator: Side = _.is_completed,
    counts_people: bool = True, quantile: float | None = None,
) -> Measure:  # fmt: skip
    return Measure(
        slug=slug, title=title, table="ambulance_handovers", kind=kind, counted="by date", day=day, numerator=numerator,
        denominator=denominator, improvement=improvement, source=HANDOVER, rules=(rule,), unit=unit, is_headline=is_headline,
        counts_people=counts_people, quantile=quantile, histogram="ed_handover_minutes" if quantile else "",
        definition=f"{definition} From the ambulance's arrival to care accepted and the patient off its trolley; a handover counts "
        "on the day on which it was completed.",
    )  # fmt: skip


HANDOVERS = (
    *(
        _of_handovers(f"ed_handover_within_{limit}", f"Ambulance handovers within {limit} minutes", "share",
                      _[f"is_within_{limit}"], improvement="up",
                      definition=f"Of the completed handovers, those of {limit} minutes or less.",
                      is_headline=limit == 15)
        for limit in (15, 30, 45, 60)
    ),
    _of_handovers("ed_handovers_over_45", "Ambulance handovers over 45 minutes", "count", ~_.is_within_45, improvement="down",
                  definition="Completed handovers of more than 45 minutes; cut them by band."),
    _of_handovers("ed_handover_mean", "Ambulance handover: mean", "mean", _.handover_minutes, improvement="down", unit="minutes",
                  is_headline=True, definition="The minutes of all completed handovers over their number."),
    _of_handovers("ed_handover_median", "Ambulance handover: median", "quantile", _.handover_minutes, improvement="down",
                  unit="minutes", quantile=0.5, definition="The minutes below which half of the completed handovers lie."),
    _of_handovers("ed_handover_95th", "Ambulance handover: 95th percentile", "quantile", _.handover_minutes, improvement="down",
                  unit="minutes", quantile=0.95, definition="The minutes below which 19 in 20 completed handovers lie."),
    *(
        _of_handovers(slug, title, "count", _[f"minutes_lost_over_{limit}"] / 60.0, improvement="down", rule="UEC-07", unit="hours",
                      counts_people=False, is_headline=limit == 15,
                      definition=f"The minutes beyond {limit} of every completed handover, in hours.")
        for slug, title, limit in (
            ("ed_handover_hours_lost", "Hours lost at handover", 15),
            ("ed_handover_hours_lost_over_45", "Hours lost at handover beyond 45 minutes", 45),
        )
    ),
    _of_handovers("ed_handover_completeness", "Ambulance handovers with usable times", "share", _.is_completed, improvement="up",
                  day="start_date", denominator=~_.is_still_waiting,
                  definition="Of the ambulances that came in the period and do not wait now, those whose handover has a time that "
                  "is not before their arrival."),
)  # fmt: skip


def _of_requests(limit: int) -> Measure:
    return Measure(
        slug=f"ed_specialty_response_within_{limit}", title=f"Specialty came within {limit} minutes",
        table="ed_specialty_responses", kind="share", counted="by date", day="start_date", numerator=_[f"is_within_{limit}"],
        denominator=_.is_answered,
        improvement="up", source="Internal professional standards; operations reference 1.5", rules=("UEC-15",), unit="requests",
        definition=f"Of the requests to a specialty that were answered, those where it saw the patient within {limit} minutes. The "
        "service is the one that was asked.",
    )  # fmt: skip


RESPONSES = (
    _of_requests(30),
    _of_requests(60),
    Measure(
        slug="ed_specialty_response_answered", title="Requests to specialties with an answer", table="ed_specialty_responses",
        kind="share", counted="by date", day="start_date", numerator=_.is_answered, denominator=_.start_date.notnull(),
        improvement="up", source=PRACTICE, rules=("UEC-15",), unit="requests",
        definition="Of the requests made, those with a time at which the specialty saw the patient. The others are left out of its "
        "response, those under way among them.",
    ),
)  # fmt: skip

AREAS = (
    Measure(
        slug="ed_corridor_patient_hours", title="Hours of patients in corridors and temporary spaces", table="ed_area_states",
        kind="count", counted="by date", day="day", numerator=_.temporary_patient_minutes / 60.0,
        denominator=_.patient_minutes / 60.0, improvement="down", source=PRACTICE, rules=("UEC-17",), unit="hours",
        counts_people=False, is_headline=True,
        definition="Patients in corridors and temporary escalation spaces at each picture of the department, for the time until "
        "the next picture, an hour at the most.",
    ),
    Measure(
        slug="ed_corridor_patients", title="Patients in corridors and temporary spaces at any time", table="ed_area_states",
        kind="rate", counted="by date", day="day", numerator=_.temporary_patient_minutes, denominator=_.site_minutes,
        improvement="down", source=PRACTICE, rules=("UEC-17",), unit="patients", counts_people=False,
        definition="The mean number of patients in corridors and temporary escalation spaces of a site over the time that its "
        "pictures stand for.",
    ),
)  # fmt: skip

TAKE = (
    Measure(
        slug="ed_same_day_share", title="Emergency take treated the same day", table="emergency_take", kind="share",
        counted="by date", day="start_date", numerator=_.is_same_day, denominator=_.start_date.notnull(), improvement="up",
        source="NHS England, same day emergency care; operations reference 1.5", rules=("UEC-13",), unit="patients",
        definition="Unplanned visits to same day emergency care that did not end in an admission, of these and all emergency "
        "admissions together.",
    ),
)  # fmt: skip

MEASURES = (*FOUR_HOURS, *TWELVE_HOURS, *HANDOVERS, *STEPS, *OUTCOMES, *RESPONSES, *AREAS, *TAKE)
