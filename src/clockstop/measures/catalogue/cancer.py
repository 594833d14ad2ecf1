"""Cancer: the three standards, the patient tracking list, the steps of the pathway, how cancers are found (planned-care.md 2)."""

from typing import Any

from ibis import _

from clockstop.measures.measure import Improvement, Kind, Measure
from clockstop.rules.cancer_sites import RARE_SITES
from clockstop.rules.cancer_stages import STEPS
from clockstop.rules.cancer_standards import BACKSTOP_DAYS, BAND_ENDS, D31, D62, FDS, WITHIN_DAYS

GUIDANCE = "NHS England, national cancer waiting times monitoring data set guidance, v12.1 (July 2025)"
ALLOCATION = f"{GUIDANCE}; national cancer breach allocation guidance (2016)"
PRACTICE = "Established practice; planned-care reference 2.4"
BY_SITE = ("cancer_site", "route")
BY_TREATMENT = ("cancer_site", "route", "modality")
HALVES = "A pathway shared between trusts counts by the national allocation, in halves (CWT-R17)."

_IS_FDS = (_.standard == FDS) & _.is_counted
_IS_31 = (_.standard == D31) & _.is_counted
_IS_62 = (_.standard == D62) & _.is_counted
# On this trust's list at the census: the 62 days run, the patient has arrived, and nobody else has the responsibility.
_ON_LIST = (_.standard == D62) & _.is_waiting & (_.received_here_date.isnull() | (_.received_here_date <= _.census_date))
_DECIDED = (_.decided_to_treat_date <= _.census_date).fill_null(False)
# Days before a treatment are deducted from the day on which that delay began: an earlier census knew nothing of it.
_HAS_PAUSED = (_.treatment_delay_start_date.fill_null(_.decided_to_treat_date) <= _.census_date).fill_null(False)
_DEDUCTED = _.first_seen_adjustment_days + _HAS_PAUSED.ifelse(_.treatment_adjustment_days, 0)
_NET = _.days_waited - (_.adjustment_days > 0).ifelse(_DEDUCTED, 0)


def _share(
    slug: str, title: str, denominator: Any, definition: str, *, standard: str, weight: str = "", is_headline: bool = False,
    numerator: Any = None,
) -> Measure:  # fmt: skip
    """The share of what ended in a period that was within the standard."""
    rules = {FDS: ("CWT-R01", "CWT-R07", "CWT-R08"), D31: ("CWT-R02", "CWT-R09", "CWT-R13"), D62: ("CWT-R03", "CWT-R16", "CWT-R17")}
    return Measure(
        slug=slug,
        title=title,
        table="cancer_waits",
        kind="share",
        counted="by date",
        day="end_date",
        denominator=denominator,
        numerator=_.within_share > 0 if numerator is None else numerator,
        weight=weight,
        improvement="up",
        definition=definition,
        source=ALLOCATION if standard == D62 else GUIDANCE,
        rules=rules[standard],
        unit="treatments" if standard == D31 else "patients",
        is_headline=is_headline,
        cuts=BY_SITE if standard == FDS else BY_TREATMENT,
    )


def _of_route(route: str, title: str) -> Measure:
    return _share(
        f"cancer_62_day_{route}", f"Treated within 62 days: {title}", _IS_62 & (_.route == route),
        f"Of the first treatments in the period after {title}, the share that started within {WITHIN_DAYS[D62]} days. {HALVES}",
        standard=D62, weight="treated_share",
    )  # fmt: skip


def _later(slug: str, title: str, truth: Any) -> Measure:
    return _share(
        f"cancer_31_day_{slug}", f"Treated within 31 days: {title}", _IS_31 & truth,
        f"Of these treatments started in the period ({title}), the share that started within {WITHIN_DAYS[D31]} days of the "
        "decision to treat, or of the earliest clinically appropriate date.",
        standard=D31,
    )  # fmt: skip


STANDARDS = (
    _share(
        "cancer_fds_28_day", "Told within 28 days (Faster Diagnosis Standard)", _IS_FDS,
        "Of those urgently referred, or referred from screening, whose wait for a diagnosis ended in the period, the share that "
        f"were told, or had a decision to treat, within {WITHIN_DAYS[FDS]} days. Adjusted for a missed first appointment; those "
        "excluded are left out.",
        standard=FDS, is_headline=True,
    ),
    _share(
        "cancer_31_day", "Treated within 31 days of the decision", _IS_31,
        f"Of all treatments started in the period, first and subsequent, the share that started within {WITHIN_DAYS[D31]} days "
        "of the decision to treat, or of the earliest clinically appropriate date.",
        standard=D31, is_headline=True,
    ),
    _later("first", "first treatments", _.is_first_treatment),
    _later("subsequent", "subsequent treatments", ~_.is_first_treatment),
    _later("subsequent_surgery", "subsequent surgery", ~_.is_first_treatment & (_.modality == "surgery")),
    _later("subsequent_drugs", "subsequent anti-cancer drugs", ~_.is_first_treatment & (_.modality == "drugs")),
    _later("subsequent_radiotherapy", "subsequent radiotherapy", ~_.is_first_treatment & (_.modality == "radiotherapy")),
    _share(
        "cancer_62_day", "Treated within 62 days of referral", _IS_62,
        "Of the first treatments in the period after an urgent or screening referral or a consultant's upgrade, the share that "
        f"started within {WITHIN_DAYS[D62]} days. {HALVES}",
        standard=D62, weight="treated_share", is_headline=True,
    ),
    _of_route("urgent_suspected", "an urgent suspected cancer referral"),
    _of_route("breast_symptomatic", "a referral for breast symptoms"),
    _of_route("screening", "screening"),
    _of_route("upgrade", "a consultant's upgrade"),
    _share(
        "cancer_rare_31_days_from_referral", "Acute leukaemia, testicular, children's: treated within 31 days of referral",
        _IS_62 & _.cancer_site.isin(RARE_SITES),
        "Of these first treatments in the period, the share that started within 31 days of the referral: an aim; they count in "
        "the 62 days as well.",
        standard=D62, weight="treated_share", numerator=_.days_waited <= WITHIN_DAYS[D31],
    ),
)  # fmt: skip


def _treated(slug: str, title: str, truth: Any, definition: str, improvement: Improvement, *, weight: str = "") -> Measure:
    return Measure(
        slug=slug,
        title=title,
        table="cancer_waits",
        kind="count",
        counted="by date",
        day="end_date",
        denominator=_IS_62 if weight else _IS_31,
        numerator=truth,
        weight=weight,
        improvement=improvement,
        definition=definition,
        source=ALLOCATION if weight else GUIDANCE,
        rules=("CWT-R16", "CWT-R17") if weight else ("CWT-R02", "CWT-R13"),
        unit="treatments",
        cuts=BY_TREATMENT,
    )


TREATED = (
    _treated("cancer_treatments", "Cancer treatments started", _IS_31, "Treatments started in the period, first and subsequent.",
             "neutral"),
    _treated("cancer_treated_62_day", "First treatments on a 62-day pathway", _IS_62,
             f"First treatments in the period on a 62-day pathway. {HALVES}", "neutral", weight="treated_share"),
    _treated("cancer_treated_over_62", "Treated after day 62", _.breach_share > 0,
             f"First treatments in the period on a 62-day pathway that began after day 62. {HALVES}", "down",
             weight="treated_share"),
    _treated("cancer_treated_over_104", "Treated beyond day 104", _.is_over_104,
             f"First treatments in the period that began beyond day {BACKSTOP_DAYS}: each is reviewed for its cause and for harm. "
             f"{HALVES}", "down", weight="treated_share"),
)  # fmt: skip


def _waiting(slug: str, title: str, kind: Kind, numerator: Any, definition: str, *, is_headline: bool = False) -> Measure:
    return Measure(
        slug=slug,
        title=title,
        table="cancer_waits",
        kind=kind,
        counted="at census",
        denominator=_ON_LIST,
        numerator=numerator,
        improvement="down" if "decision" not in slug and slug != "cancer_ptl_band_0_28" else "neutral",
        definition=definition,
        source=PRACTICE,
        rules=("CWT-R03", "CWT-R08"),
        unit="patients",
        is_headline=is_headline,
        cuts=BY_SITE,
    )


# The backstop's day stands in the row: a setting says from which day it counts, at every census alike.
_OVER_62, _OVER_104 = WITHIN_DAYS[D62] < _NET, _.backstop_from_day <= _NET
_BANDS = tuple(
    (name.replace("-", "_"), name.replace("-", " to "), after, last)
    for (name, last), after in zip(BAND_ENDS.items(), (-1, *BAND_ENDS.values()), strict=False)
)
WAITING = (
    _waiting("cancer_ptl", "Cancer patient tracking list", "count", _ON_LIST,
             "Records whose 62 days run at the census, suspected and confirmed: not treated, not ruled out, and this trust's to "
             "care for.", is_headline=True),
    _waiting("cancer_62_day_backlog", "62-day backlog", "count", _OVER_62,
             "Records on the list at the census that have waited more than 62 days, net of the adjustments by then.",
             is_headline=True),
    _waiting("cancer_62_day_backlog_share", "Share of the list over 62 days", "share", _OVER_62,
             "The 62-day backlog as a share of the cancer patient tracking list."),
    _waiting("cancer_over_104_waiting", "Waiting beyond day 104", "count", _OVER_104,
             f"Records on the list at the census that have waited more than {BACKSTOP_DAYS} days (or from the day that the "
             "setting says): each is reviewed.",
             is_headline=True),
    *(
        _waiting(f"cancer_ptl_band_{slug}", f"On the list for {words} days", "count", (after < _NET) & (last >= _NET),
                 f"Records on the list at the census that have waited {words} days, net.")
        for slug, words, after, last in _BANDS
    ),
    _waiting("cancer_ptl_with_decision", "On the list with a decision to treat", "count", _DECIDED,
             "Records on the list at the census whose treatment has been decided."),
    _waiting("cancer_backlog_with_decision", "62-day backlog with a decision to treat", "count", _OVER_62 & _DECIDED,
             "Records of the 62-day backlog whose treatment has been decided."),
)  # fmt: skip


def _days(slug: str, title: str, day: str, definition: str) -> Measure:
    """The mean days from the start of the 62 days to a day of the pathway, of those for whom it fell in the period."""
    return Measure(
        slug=slug,
        title=title,
        table="cancer_waits",
        kind="mean",
        counted="by date",
        day=day,
        denominator=(_.standard == D62) & (_[day] >= _.start_date),
        numerator=_[day].delta(_.start_date, unit="day"),
        improvement="down",
        definition=definition,
        source=PRACTICE,
        rules=("CWT-R03",),
        unit="days",
        cuts=BY_SITE,
    )


def _step(step: str, title: str) -> Measure:
    words = f"{title[0].lower()}{title[1:]}"
    return Measure(
        slug=f"cancer_step_{step}",
        title=f"Days at the step: {words}",
        table="cancer_steps",
        kind="mean",
        counted="by date",
        day="end_date",
        denominator=_.step == step,
        numerator=_.days,
        improvement="down",
        definition=f"Of the 62-day pathways for which this step ended in the period ({words}), the mean days it took.",
        source=PRACTICE,
        rules=("CWT-R03",),
        unit="days",
        cuts=BY_SITE,
    )


STEP_MEASURES = (
    _days("cancer_days_to_first_seen", "Mean days to first seen", "date_first_seen",
          "Of those on a 62-day pathway who were first seen in the period, the mean days since it began."),
    _days("cancer_days_to_told", "Mean days to diagnosis", "told_date",
          "Of those on a 62-day pathway who were told in the period, the mean days since it began."),
    _days("cancer_days_to_treatment", "Mean days to treatment", "treatment_start_date_cancer",
          "Of those on a 62-day pathway who were first treated in the period, the mean days since it began."),
    *(_step(step, title) for step, title in STEPS.items()),
)  # fmt: skip


def _found(slug: str, title: str, denominator: Any, numerator: Any, definition: str) -> Measure:
    return Measure(
        slug=slug,
        title=title,
        table="cancer_waits",
        kind="share",
        counted="by date",
        day="end_date",
        denominator=denominator,
        numerator=numerator,
        improvement="neutral",
        definition=definition,
        source=PRACTICE,
        rules=("CWT-R01", "CWT-R03"),
        unit="patients",
        cuts=("cancer_site",),
    )


FOUND = (
    _found("cancer_conversion_rate", "Conversion rate", _IS_FDS & (_.route == "urgent_suspected"), _.is_cancer,
           "Of the urgent suspected cancer referrals whose wait for a diagnosis ended in the period, the share in which cancer was "
           "found."),
    _found("cancer_detection_rate", "Detection rate", _IS_31 & _.is_first_treatment, _.route == "urgent_suspected",
           "Of the first cancer treatments in the period, the share that came by an urgent suspected cancer referral."),
    _found("cancer_first_seen_14_days", "First seen within 14 days", _IS_FDS & _.date_first_seen.notnull(),
           _.date_first_seen.delta(_.start_date, unit="day") - _.first_seen_adjustment_days <= 14,
           "Of those whose wait for a diagnosis ended in the period, the share that had been first seen within 14 days, net. No "
           "national standard since October 2023; still how the front of the pathway is managed."),
)  # fmt: skip

MEASURES = (*STANDARDS, *TREATED, *WAITING, *STEP_MEASURES, *FOUND)
