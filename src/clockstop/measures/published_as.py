"""Which published figures say the same as a measure: the dataset, and the keys of its numerator and denominator, said here once.

What compares with England reads this: the comparison page, benchmarks, packs. A measure that is not here is compared within the
group alone.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class PublishedAs:
    """A measure's figures in a published dataset (intake/published; `rtt` is NHS England's RTT extract).

    `numerator` over `denominator` is the value; of waits that cannot be divided `value` is the key of the value itself, and
    `denominator` what it is of. `cut` is the published cut. `mix` is the cut whose values say what a trust's work is made of.
    `fewest` of the denominator (of a single service `fewest_of_service`) are asked of a trust that is ranked, so that a handful of
    clinics is no rank. `people` are the words for the denominator's people, and `reached` what more of them would have done at a
    better value. `has_funnel` is False where chance is not that of people one by one (bed days). `note` says where the published
    definition differs from ours.
    """

    dataset: str
    denominator: str
    numerator: str = ""
    value: str = ""
    cut: str = ""
    mix: str = ""
    fewest: int = 1
    fewest_of_service: int = 100
    people: str = "patients"
    reached: str = ""
    has_funnel: bool = True
    is_quarterly: bool = False
    note: str = ""


_RTT = PublishedAs(
    dataset="rtt", denominator="incomplete", mix="treatment_function", fewest=1_000, people="patients",
    note="Published for English commissioners; ours counts every commissioner.",
)  # fmt: skip
_CANCER = PublishedAs(
    dataset="cancer", denominator="", mix="cancer_type", fewest=20, people="patients",
    note="Months are published provisional and revised; shared patients count half at each provider.",
)  # fmt: skip
_AE = PublishedAs(
    dataset="ae", denominator="attendances", mix="type", fewest=500, people="attendances",
    note="Published by provider as it sends it: a department run by another trust on the same site counts there. "
    "Booked appointments are among the published.",
)  # fmt: skip
_DM01 = PublishedAs(dataset="dm01", denominator="waiting_list", mix="test", fewest=500, people="tests")
_QMCO = PublishedAs(
    dataset="qmco", denominator="last_minute_cancellations", numerator="not_treated_within_28_days", fewest=20, is_quarterly=True,
    reached="treated within 28 days",
    note="Published by the quarter of the cancellation; ours is by the day on which the 28 days fell.",
)  # fmt: skip
_KH03 = PublishedAs(
    dataset="kh03", denominator="general_acute_available", numerator="general_acute_occupied", fewest=50, has_funnel=False,
    is_quarterly=True, people="beds a night", reached="free",
    note="Published for general and acute beds, children's among them; ours is of adults.",
)  # fmt: skip
_SITREP = PublishedAs(
    dataset="beds_sitrep", denominator="adult_general_acute_beds_available", numerator="adult_general_acute_beds_occupied",
    fewest=50, has_funnel=False, people="beds a night", reached="free",
)  # fmt: skip
_VIRTUAL = PublishedAs(
    dataset="virtual_wards", denominator="capacity", numerator="patients", fewest=20, has_funnel=False, people="virtual beds",
    reached="in a virtual bed",
    note="Published of one Thursday at 8 in the morning before the month's last report; ours is of every midnight.",
)  # fmt: skip


def _cancer(stem: str, *, cut: str = "", days: int) -> PublishedAs:
    reached = {28: "told within 28 days", 31: "treated within 31 days", 62: "treated within 62 days"}[days]
    return replace(_CANCER, numerator=f"{stem}_within", denominator=f"{stem}_total", cut=cut, reached=reached)


def _long_stays(days: int) -> PublishedAs:
    return replace(
        _SITREP, denominator="adult_general_acute_beds_occupied", numerator=f"stays_{days}_days", reached="gone by then",
        note="Published of the beds occupied in the report of each morning; ours is of midnights.",
    )  # fmt: skip


def _ae(numerator: str, *, cut: str = "", reached: str = "within 4 hours") -> PublishedAs:
    return replace(_AE, numerator=numerator, cut=cut, reached=reached)


# A measure may be published in several datasets: the first is asked first.
PUBLISHED_AS: dict[str, tuple[PublishedAs, ...]] = {
    "rtt_within_18_weeks": (replace(_RTT, numerator="within_18_weeks", reached="within 18 weeks"),),
    "rtt_over_52_weeks_share": (replace(_RTT, numerator="over_52_weeks", reached="within 52 weeks"),),
    "rtt_over_52_weeks": (replace(_RTT, numerator="over_52_weeks", reached="within 52 weeks"),),
    "rtt_over_65_weeks": (replace(_RTT, numerator="over_65_weeks", reached="within 65 weeks"),),
    "rtt_median_wait": (replace(_RTT, value="median_weeks"),),
    "rtt_92nd_percentile_wait": (replace(_RTT, value="percentile_92_weeks"),),
    "rtt_completed_admitted_within_18_weeks": (
        replace(
            _RTT, numerator="completed_admitted_within_18_weeks", denominator="completed_admitted", fewest=100,
            reached="treated within 18 weeks",
        ),
    ),
    "rtt_completed_non_admitted_within_18_weeks": (
        replace(
            _RTT, numerator="completed_non_admitted_within_18_weeks", denominator="completed_non_admitted", fewest=300,
            reached="seen through within 18 weeks",
        ),
    ),
    "cancer_fds_28_day": (_cancer("fds", days=28),),
    "cancer_31_day": (_cancer("d31", days=31),),
    "cancer_31_day_first": (_cancer("d31", cut="stage=First Treatment", days=31),),
    "cancer_31_day_subsequent": (_cancer("d31", cut="stage=Subsequent Treatment", days=31),),
    "cancer_62_day": (_cancer("d62", days=62),),
    "cancer_62_day_urgent_suspected": (_cancer("d62", cut="route=Urgent Suspected Cancer", days=62),),
    "cancer_62_day_breast_symptomatic": (_cancer("d62", cut="route=Breast Symptomatic", days=62),),
    "cancer_62_day_screening": (_cancer("d62", cut="route=Screening", days=62),),
    "cancer_62_day_upgrade": (_cancer("d62", cut="route=Consultant Upgrade", days=62),),
    "diagnostics_six_weeks_or_more_share": (replace(_DM01, numerator="waiting_6_weeks", reached="within 6 weeks"),),
    "diagnostics_over_6_weeks": (replace(_DM01, numerator="waiting_6_weeks", reached="within 6 weeks"),),
    "diagnostics_over_13_weeks": (replace(_DM01, numerator="waiting_13_weeks", reached="within 13 weeks"),),
    "diagnostics_over_13_weeks_share": (replace(_DM01, numerator="waiting_13_weeks", reached="within 13 weeks"),),
    "ed_within_4_hours": (_ae("within_4_hours"),),
    "ed_within_4_hours_type_1": (_ae("within_4_hours", cut="type=1"),),
    "ed_within_4_hours_type_2": (_ae("within_4_hours", cut="type=2"),),
    "ed_within_4_hours_type_3": (_ae("within_4_hours", cut="type=other"),),
    "ed_over_12_hours_from_decision": (
        replace(
            _AE, numerator="waits_12_hours_from_dta", denominator="emergency_admissions_via_ae", fewest=200, people="admissions",
            reached="in a bed within 12 hours of the decision",
            note="Published as 12 hours or more, of emergency admissions through A&E; ours is more than 12 hours, of unplanned "
            "attendances that were admitted.",
        ),
    ),
    "theatre_28_day_breaches": (_QMCO,),
    "beds_occupancy": (_SITREP, _KH03),
    "beds_7_plus_share": (_long_stays(7),),
    "beds_14_plus_share": (_long_stays(14),),
    "beds_21_plus_share": (_long_stays(21),),
    "beds_virtual_occupancy": (_VIRTUAL,),
}  # fmt: skip


def published_as(slug: str) -> tuple[PublishedAs, ...]:
    """The published figures that say the same as a measure; none where it is not published."""
    return PUBLISHED_AS.get(slug, ())
