"""Theatres: sessions run, minutes used, lateness, gaps, cancellations and bookings (planned-care.md 7.2).

Utilisation sums minutes before it divides (TH-R07): a mean of the percentages of lists says nothing of the hours of a month.
"""

from ibis import _

from clockstop.measures.measure import Improvement, Kind, Measure, Side
from clockstop.rules.theatre_bookings import LOCKS

MODEL = "Model Health System, theatres; GIRFT theatre productivity guidance"
GUARANTEE = "NHS Constitution handbook; NHS England, cancelled elective operations"
PRACTICE = "Established practice; planned-care reference 7.2"
CUTS = ("theatre", "session_type")
ELECTIVE = _.session_type == "elective"


def _of_lists(
    slug: str, title: str, kind: Kind, numerator: Side, denominator: Side, *, improvement: Improvement, definition: str,
    rules: tuple[str, ...], unit: str = "minutes", is_headline: bool = False, source: str = MODEL, counts_people: bool = False,
) -> Measure:  # fmt: skip
    """A measure of the sessions whose day fell in the period; minutes and sessions are never hidden for being few, cases are."""
    return Measure(
        slug=slug, title=title, table="theatre_lists", kind=kind, counted="by date", day="session_date", numerator=numerator,
        denominator=denominator, improvement=improvement, definition=definition, source=source, rules=rules, unit=unit,
        is_headline=is_headline, counts_people=counts_people, is_part=not counts_people, cuts=CUTS,
    )  # fmt: skip


UTILISATION = (
    _of_lists(
        "theatre_capped_utilisation", "Capped theatre utilisation", "share",
        ELECTIVE.ifelse(_.capped_minutes, 0), ELECTIVE.ifelse(_.run_minutes, 0), improvement="up",
        definition="Of the planned minutes of the elective sessions that were run, the share in which a patient was in touch time: "
        "from the start of the anaesthetic (else from the way into theatre) to the way out. Minutes before the planned start and "
        "after the planned end do not count; two cases at once count once. All lists are summed before they are divided.",
        rules=("TH-R01", "TH-R07"), is_headline=True,
    ),
    _of_lists(
        "theatre_uncapped_utilisation", "Uncapped theatre utilisation", "share",
        ELECTIVE.ifelse(_.uncapped_minutes, 0), ELECTIVE.ifelse(_.run_minutes, 0), improvement="up",
        definition="All touch time of the elective sessions that were run, that before the start and after the end among it, over "
        "their planned minutes. It may pass 100%.",
        rules=("TH-R02", "TH-R07"),
    ),
    _of_lists(
        "theatre_capped_utilisation_all", "Capped utilisation of all sessions", "share", _.capped_minutes, _.run_minutes,
        improvement="up",
        definition="Capped utilisation of elective, trauma and emergency sessions together; cut it by the type of session.",
        rules=("TH-R01", "TH-R07"),
    ),
    _of_lists(
        "theatre_sessions_run", "Theatre sessions run", "share", _.is_run, _.is_past, improvement="up",
        definition="Of the sessions planned for the period, those on which at least one patient was operated. A session without "
        "an operation "
        "counts as cancelled, whatever its status says. Dropped sessions are in no utilisation: read the two together.",
        rules=("TH-R08",), unit="sessions", is_headline=True, source=PRACTICE,
    ),
    _of_lists(
        "theatre_sessions_dropped", "Theatre sessions dropped", "count", _.is_dropped, _.is_past, improvement="down",
        definition="Sessions planned for the period on which nobody was operated.", rules=("TH-R08",), unit="sessions",
        source=PRACTICE,
    ),
    _of_lists(
        "theatre_cases", "Theatre cases", "count", _.counted_cases, _.counted_cases, improvement="up",
        definition="Cases done; several procedures in one visit are one case. Emergency cases on elective lists are left out.",
        rules=("TH-R09",), unit="cases", source=PRACTICE, counts_people=True,
    ),
    _of_lists(
        "theatre_cases_per_session", "Cases per 4-hour session", "rate", _.counted_cases, _.run_sessions, improvement="up",
        definition="Cases done over the planned minutes of the sessions run, in sessions of 4 hours.", rules=("TH-R09",),
        unit="cases", counts_people=True,
        source=PRACTICE,
    ),
    _of_lists(
        "theatre_best_practice", "Cases against best practice", "share",
        _.best_practice_cases.notnull().ifelse(_.counted_cases, 0), _.best_practice_cases, improvement="up",
        definition="On lists of one high-volume kind alone (cataract; hip or knee replacement), cases done over the cases that "
        "best practice "
        "does in the same time. Indicative.",
        rules=("TH-R09",), unit="cases", source="GIRFT high-volume low-complexity programme; indicative",
        counts_people=True,
    ),
)  # fmt: skip


def _lateness(stem: str, words: str, concerned: str, definition: str, rule: str) -> tuple[Measure, ...]:
    """The mean over all lists, the mean over those concerned alone, and their share: the national tool shows only the second."""
    minutes, truth = _[f"{stem}_minutes"], _[f"is_{stem}"]
    return (
        _of_lists(
            f"theatre_{stem}_minutes", f"{words}: mean over all lists", "mean", minutes, minutes.notnull(), improvement="down",
            definition=f"{definition} The mean over every list on which a case could be timed.", rules=(rule,),
        ),
        _of_lists(
            f"theatre_{stem}_minutes_if_any", f"{words}: mean over {concerned}", "mean", minutes, truth, improvement="down",
            definition=f"{definition} The mean over {concerned} alone, as the national tool shows it: read it with their share.",
            rules=(rule,),
        ),
        _of_lists(
            f"theatre_{stem}_share", f"{words}: share of lists", "share", truth, minutes.notnull(), improvement="down",
            definition=f"{definition} The share of lists concerned, of those on which a case could be timed.", rules=(rule,),
            unit="lists",
        ),
    )  # fmt: skip


LATENESS = (
    *_lateness("late_start", "Late starts", "lists that began late",
               "From the planned start to the first anaesthetic, 0 where that came earlier.", "TH-R03"),
    *_lateness("early_finish", "Early finishes", "lists that ended early",
               "From the last patient's way out to the planned end, 0 where that came later.", "TH-R04"),
    *_lateness("overrun", "Overruns", "lists that ran over",
               "From the planned end to the last patient's way out, 0 where that came earlier.", "TH-R05"),
    _of_lists(
        "theatre_gap_minutes", "Gap between cases", "mean", _.gap_minutes, _.gaps, improvement="down",
        definition="From one patient's way out to the next one's anaesthetic, 0 where they overlap; the mean over all gaps inside "
        "a session.",
        rules=("TH-R06",),
    ),
    _of_lists(
        "theatre_plans_changed", "Planned times changed on the day or later", "share", _.is_plan_changed, _.is_past,
        improvement="down",
        definition="Sessions whose planned times were changed on their day or after it, or on a day that nobody knows. They are "
        "measured "
        "against the first plan.",
        rules=("TH-R01",), unit="sessions", source=PRACTICE,
    ),
)  # fmt: skip


def _of_cases(slug: str, title: str, numerator: Side, definition: str, *, is_headline: bool = False) -> Measure:
    return Measure(
        slug=slug, title=title, table="theatre_cases_timed", kind="share", counted="by date", day="operation_date",
        numerator=numerator, denominator=_.is_performed | _.is_cancelled_on_the_day, improvement="down",
        definition=f"{definition} Of the cases operated, and those cancelled on the day of admission or operation or later.",
        source=GUARANTEE, rules=("TH-R10",), unit="cases", is_headline=is_headline, cuts=CUTS,
    )  # fmt: skip


def _by(kind: str) -> Side:
    return _.is_cancelled_on_the_day & (_.cancellation_kind == kind).fill_null(False)


_UNDER_GUARANTEE = _.is_open & _.is_covered & _.is_first & _.is_traceable

CANCELLATIONS = (
    _of_cases("theatre_cancelled_on_the_day", "Operations cancelled on the day", _.is_cancelled_on_the_day,
              "Cases cancelled at the last minute, for whatever reason.", is_headline=True),
    _of_cases("theatre_cancelled_non_clinical", "Cancelled on the day: non-clinical", _by("non_clinical"),
              "Cases cancelled at the last minute by the hospital, not for a clinical reason: no bed, list overran, no staff."),
    _of_cases("theatre_cancelled_clinical", "Cancelled on the day: clinical", _by("clinical"),
              "Cases cancelled at the last minute by the hospital for a clinical reason: unfit, operation not needed."),
    _of_cases("theatre_cancelled_by_patient", "Cancelled on the day: by the patient", _by("patient"),
              "Cases cancelled at the last minute by the patient, or who did not come."),
    Measure(
        slug="theatre_untimed_cases", title="Cases that cannot be timed", table="theatre_cases_timed", kind="share",
        counted="by date", day="operation_date", numerator=_.is_counted & ~_.is_timed, denominator=_.is_counted, improvement="down",
        definition="Cases done whose start or end has no time, or whose times are out of order. They count as cases, and their "
        "minutes are missing from utilisation.",
        source=PRACTICE, rules=("TH-R01",), unit="cases", cuts=CUTS,
    ),
    Measure(
        slug="theatre_28_day_breaches", title="28-day guarantee broken", table="theatre_cancellations", kind="count",
        counted="by date", day="due_date", numerator=_.is_breach, denominator=_.is_covered & _.is_first, improvement="down",
        definition="Patients cancelled at the last minute for a non-clinical reason who were not treated by day 28, by the day on "
        "which that fell. One cancelled again before treatment counts once, from the first cancellation.",
        source=GUARANTEE, rules=("TH-R11",), unit="patients", is_headline=True, cuts=CUTS,
    ),
    Measure(
        slug="theatre_28_day_waiting", title="Cancelled patients still to be treated", table="theatre_cancellations", kind="count",
        counted="at census", numerator=_UNDER_GUARANTEE, denominator=_UNDER_GUARANTEE,
        improvement="down",
        definition="Patients under the 28-day guarantee who had not been treated at the census. A cancellation without a pathway "
        "is left out: nobody can say whether its patient was treated.",
        source=GUARANTEE, rules=("TH-R11",), unit="patients", cuts=CUTS,
    ),
)  # fmt: skip

BOOKING = tuple(
    Measure(
        slug=f"theatre_booking_fill_{weeks}_weeks", title=f"Booking fill at {weeks} weeks", table="theatre_bookings", kind="share",
        counted="by date", day=f"{word}_weeks_date", numerator=_[f"booked_minutes_at_{word}_weeks"],
        denominator=_[f"{word}_weeks_date"].notnull().ifelse(_.planned_minutes, 0), improvement="up",
        definition=f"The booked minutes (expected touch time, and a turnaround between each two cases) of the sessions whose "
        f"{weeks}-week lock fell in the period, as the bookings stood on that day, over their planned minutes.",
        source=PRACTICE, rules=("TH-R01",), unit="minutes", counts_people=False, is_headline=weeks == 2, cuts=CUTS,
    )
    for weeks, word in LOCKS.items()
)  # fmt: skip


def _of_spells(slug: str, title: str, numerator: Side, denominator: Side, *, improvement: Improvement, definition: str) -> Measure:
    return Measure(
        slug=slug, title=title, table="elective_spells", kind="share", counted="by date",
        day="discharge_date_hospital_provider_spell", numerator=numerator, denominator=denominator, improvement=improvement,
        definition=definition, source="British Association of Day Surgery; planned-care reference 7.2", rules=("TH-R12",),
        unit="admissions",
    )  # fmt: skip


DAY_CASES = (
    _of_spells("theatre_day_case_rate", "Day-case rate", _.is_day_case, _.nights >= 0, improvement="up",
               definition="Of the elective admissions that ended in the period, those meant as day cases that went home on the "
               "day."),
    _of_spells("theatre_day_case_rate_basket", "Day-case rate of day-surgery procedures", _.is_day_surgery & _.is_day_case,
               _.is_day_surgery, improvement="up",
               definition="The same of admissions whose main procedure is day surgery as a rule. Indicative: a part of the "
               "published basket."),
    _of_spells("theatre_day_case_conversions", "Day cases that stayed the night", _.is_converted, _.is_intended_day_case,
               improvement="down", definition="Of the admissions meant as day cases, those that stayed a night or more."),
)  # fmt: skip

MEASURES = (*UTILISATION, *LATENESS, *CANCELLATIONS, *BOOKING, *DAY_CASES)
