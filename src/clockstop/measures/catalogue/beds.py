"""Beds: occupancy at midnight, long stays, outliers and moves, closed beds, virtual wards, who came and went (operations.md 2).

The occupancy of a period is its occupied beds over its open ones, each summed over wards and midnights and divided once: a mean of
percentages says nothing. It may pass 100%.
"""

from ibis import Deferred, _

from clockstop.measures.measure import Counted, Improvement, Kind, Measure, Side

KH03 = "NHS England, KH03 bed availability and occupancy; daily bed sitrep"
SITREP = "NHS England, daily bed sitrep"
PRACTICE = "Established practice; operations reference 2"
WARD_CUTS = ("ward_name", "ward_type")
STAY_CUTS = ("ward_name", "ward_type", "admission_class")
ADULT = _.is_general_and_acute & _.is_adult
CHILDREN = _.is_general_and_acute & ~_.is_adult
MIDNIGHT = (
    "A midnight belongs to the day that it ends; who left at 00:00:00 still held it. Available are the beds open and staffed by "
    "the ward's last bed state before that midnight, else those of the bed base; escalation beds count while they are open."
)


def _of_nights(
    slug: str, title: str, kind: Kind, numerator: Side, denominator: Side, *, definition: str, rules: tuple[str, ...],
    improvement: Improvement = "down", source: str = KH03, unit: str = "bed days", is_headline: bool = False,
    counts_people: bool = False, is_part: bool = True, cuts: tuple[str, ...] = WARD_CUTS,
) -> Measure:  # fmt: skip
    """A measure of wards at the midnights of the period; beds are never hidden for being few, patients are."""
    return Measure(
        slug=slug, title=title, table="ward_nights", kind=kind, counted="by date", day="day", numerator=numerator,
        denominator=denominator, improvement=improvement, definition=definition, source=source, rules=rules, unit=unit,
        is_headline=is_headline, counts_people=counts_people, is_part=is_part, cuts=cuts,
    )  # fmt: skip


def _occupancy(
    slug: str, title: str, where: Deferred, definition: str, *, occupied: Side = _.occupied, available: Side = _.available,
    is_headline: bool = False, cuts: tuple[str, ...] = WARD_CUTS, source: str = KH03, improvement: Improvement = "down",
) -> Measure:  # fmt: skip
    return _of_nights(
        slug, title, "share", (where & _.available.notnull()).ifelse(occupied, 0), where.ifelse(available, 0),
        definition=definition,
        rules=("FLO-01",), is_headline=is_headline, cuts=cuts, source=source, improvement=improvement,
    )  # fmt: skip


OCCUPANCY = (
    _occupancy(
        "beds_occupancy", "Adult general and acute occupancy", ADULT,
        f"Occupied over available beds of adult general, assessment and escalation wards, at every midnight of the period. "
        f"{MIDNIGHT}",
        is_headline=True,
    ),
    _occupancy(
        "beds_occupancy_core", "Occupancy of core beds, adult", ADULT,
        "The same without escalation beds: a ward's patients fill its core beds first.", occupied=_.core_occupied,
        available=_.core_available, source=SITREP,
    ),
    _occupancy(
        "beds_occupancy_escalation", "Occupancy of escalation beds, adult", ADULT,
        "Patients in escalation beds over the escalation beds that were open: those of escalation wards, and of other wards "
        "beyond their core beds.", occupied=_.escalation_occupied, available=_.escalation_open, source=SITREP,
    ),
    _occupancy(
        "beds_escalation_share", "Escalation beds of open beds, adult", ADULT,
        "Of the adult general and acute beds that were open at midnight, the share that were escalation beds.",
        occupied=_.escalation_open, source=SITREP,
    ),
    _occupancy(
        "beds_occupancy_children", "Children's general and acute occupancy", CHILDREN,
        f"Occupied over available beds of children's wards at midnight, apart from adults' since pooled they hide pressure. "
        f"{MIDNIGHT}",
        source=SITREP,
    ),
    _occupancy(
        "beds_occupancy_critical_care", "Critical care occupancy", _.bed_group == "critical_care",
        "Occupied over available critical care beds at midnight. They are in no general and acute figure.", source=SITREP,
    ),
    _occupancy(
        "beds_occupancy_by_group", "Occupancy by group of beds", _.available.notnull(),
        "Occupied over available beds at midnight of all wards: cut it by group of beds (general and acute, maternity, mental "
        "illness, "
        "learning disability, critical care, neonatal), as the KH03 return parts them. The group of day-only beds has its own "
        "measure.",
        cuts=("bed_group",),
    ),
    _occupancy(
        "beds_day_only_used", "Day-only beds used", _.bed_group == "day",
        "Beds of day units that at least one patient used on the day, over those available, as KH03 asks. Where stays name no "
        "bed, each stay is taken for one.", occupied=_.day_beds_used, improvement="neutral",
    ),
    _of_nights(
        "beds_without_bed_state", "Midnights of wards without a bed state", "share", _.available.notnull() & ~_.has_bed_state,
        _.available.notnull(), definition="Of the midnights of wards with beds, those for which no bed state was recent enough, "
        "so that the bed base stands for what was open.", rules=("FLO-01",), unit="ward nights", source=PRACTICE,
    ),
    _of_nights(
        "beds_patients_without_bed", "Patients at midnight without a bed", "count", _.patients - _.occupied - _.on_leave,
        _.patients,
        definition="Patients of the census who held no bed at midnight by the records: in theatre, lounge or transport, or on "
        "no ward "
        "that is known. They are in no figure of occupancy.", rules=("FLO-01",), unit="patient nights", counts_people=True,
        source=PRACTICE,
    ),
)  # fmt: skip


def _long(days: int) -> tuple[Measure, ...]:
    """The share of occupied beds with patients who have stayed so many days, and their number at the end of the period."""
    is_here = _.is_open & _.is_for_census & _.is_adult_flow & (_.bed_end_date.isnull() | (_.bed_end_date > _.census_date))
    nested = "" if days == 7 else " They are among those of the shorter bands."
    return (
        _of_nights(
            f"beds_{days}_plus_share", f"Occupied beds with patients of {days} days or more", "share",
            ADULT.ifelse(_[f"los_{days}_plus"], 0), ADULT.ifelse(_.occupied, 0), rules=("FLO-02",), source=SITREP,
            definition=f"Of the occupied adult general and acute beds at the midnights of the period, those whose patient had been "
            f"admitted {days} days before or earlier.{nested}", counts_people=True, is_headline=days == 21,
        ),
        Measure(
            slug=f"beds_{days}_plus", title=f"Patients who have stayed {days} days or more", table="inpatient_stays", kind="count",
            counted="at census", numerator=is_here & (_.days_waited >= days), denominator=is_here, improvement="down",
            definition=f"Adult inpatients, on whatever ward, at the midnight that ends the period who had been admitted {days} "
            f"days "
            f"before or earlier.{nested} Maternity, births, day cases and virtual wards are out; "
            "a patient on home leave is among them.",
            source=SITREP, rules=("FLO-02",), unit="patients", cuts=("admission_class",),
        ),
    )  # fmt: skip


def _of_stays(
    slug: str, title: str, kind: Kind, numerator: Side, denominator: Side, *, definition: str, rules: tuple[str, ...],
    table: str = "inpatient_stays", counted: Counted = "by end date", improvement: Improvement = "down", unit: str = "stays",
    source: str = PRACTICE, cuts: tuple[str, ...] = (),
) -> Measure:  # fmt: skip
    return Measure(
        slug=slug, title=title, table=table, kind=kind, counted=counted, numerator=numerator, denominator=denominator,
        improvement=improvement, definition=definition, source=source, rules=rules, unit=unit, cuts=cuts,
    )  # fmt: skip


_EMERGENCY = _.is_emergency & _.is_adult_flow
LENGTH = (
    _of_stays("beds_mean_stay", "Mean length of emergency stays", "mean", _.nights, _EMERGENCY & _.is_overnight, unit="days",
              rules=("FLO-03",), definition="Midnights from admission to discharge, over the emergency stays of adults of a "
              "night or more that ended in the period. Stays of no nights have their own measure."),
    _of_stays("beds_mean_stay_elective", "Mean length of elective stays", "mean", _.nights,
              _.is_elective & _.is_adult_flow & _.is_overnight, unit="days", rules=("FLO-03",),
              definition="The same of elective stays of a night or more."),
    _of_stays("beds_zero_day_share", "Emergency stays of no nights", "share", _.is_zero_day, _EMERGENCY, improvement="neutral",
              rules=("FLO-04",), definition="Of the emergency stays of adults that ended in the period, those that ended on the "
              "day on which they began."),
)  # fmt: skip


def _of_moves(slug: str, title: str, kind: Kind, numerator: Side, definition: str) -> Measure:
    return _of_stays(
        slug, title, kind, numerator, _.is_move & _.is_counted, table="bed_stays", counted="by start date", unit="moves",
        rules=("FLO-12",), definition=definition, cuts=STAY_CUTS,
    )  # fmt: skip


OUTLIERS = (
    _of_nights("beds_outliers", "Outliers", "share", ADULT.ifelse(_.outliers, 0),
               ADULT.ifelse(_.occupied, 0), rules=("FLO-12",), counts_people=True, source=PRACTICE,
               is_headline=True,
               definition="Of the occupied general and acute beds at the midnights of the period, those of patients whose "
               "treatment "
               "function the ward is not for. Nobody is an outlier on an assessment unit or in critical care, nor where either is "
               "not known."),
    _of_nights("beds_medical_outliers", "Medical outliers", "share", ADULT.ifelse(_.medical_outliers, 0),
               ADULT.ifelse(_.occupied, 0), rules=("FLO-12",), counts_people=True, source=PRACTICE,
               definition="Those of them who are medical patients on surgical wards."),
    _of_nights("beds_boarded", "Patients boarded on full wards", "count", _.boarded, _.occupied, rules=("FLO-12",),
               counts_people=True, source=PRACTICE, unit="patient nights",
               definition="Patients at midnight who were extra on a full ward, in a temporary space. Those who wait in the "
               "emergency department for a bed are counted there."),
    _of_moves("beds_moves_out_of_hours", "Moves between wards out of hours", "count", _.is_out_of_hours_move,
              "Moves of patients from one ward to another that came after 22:00 and before the morning. Theatre and lounge are no "
              "wards."),
    _of_moves("beds_moves_out_of_hours_share", "Moves out of hours, of all moves", "share", _.is_out_of_hours_move,
              "Of the moves from one ward to another in the period, those after 22:00 and before the morning."),
    _of_moves("beds_third_moves", "Patients moved for the third time", "count", _.is_many_moves,
              "Patients who made the third move between wards of one hospital stay in the period."),
)  # fmt: skip

CLOSED = (
    _of_nights("beds_closed", "Beds closed", "share", _.closed, _.closed + _.available, rules=("FLO-13",), source=SITREP,
               definition="Of the beds of wards with a bed state at midnight, those that were closed: for infection, staffing or "
               "estates.", is_headline=True),
    _of_nights("beds_closed_infection", "Bed days closed for infection", "count", _.closed_infection, _.closed + _.available,
               rules=("FLO-13",), source=SITREP, definition="Beds closed at midnight for infection prevention, summed over the "
               "period."),
    _of_nights("beds_closed_other", "Bed days closed for other reasons", "count",
               _.closed_staffing.fill_null(0) + _.closed_estates.fill_null(0), _.closed + _.available, rules=("FLO-13",),
               source=SITREP, definition="Beds closed at midnight for want of staff, or for cleaning, repair and refurbishment."),
)  # fmt: skip

VIRTUAL = (
    Measure(
        slug="beds_virtual_occupancy", title="Virtual ward occupancy", table="virtual_ward_nights", kind="share", counted="by date",
        day="day", numerator=_.capacity.notnull().ifelse(_.patients, 0), denominator=_.capacity, improvement="up",
        definition="Patients on the caseload of virtual wards (hospital at home) at the midnights of the period over their "
        "capacity. They are in no figure of hospital beds.",
        source="NHS England, virtual wards operational framework", rules=("FLO-14",), unit="patient nights", is_headline=True,
        # Decision (operations.md 7.4): beds are not people, but who fills them is. A caseload is looked at as people; the capacity,
        # which they are no part of, is not. Hospital occupancy is published bed by bed (KH03) and stays exempt.
        is_part=False, cuts=("ward_name",),
    ),
    Measure(
        slug="beds_virtual_taken_on", title="Patients taken on by virtual wards", table="virtual_ward_nights", kind="count",
        counted="by date", day="day", numerator=_.taken_on, denominator=_.taken_on, improvement="up",
        definition="Stays on virtual wards that began in the period, from home or from a ward.",
        source="NHS England, virtual wards operational framework", rules=("FLO-14",), unit="patients", cuts=("ward_name",),
    ),
)  # fmt: skip


def _of_days(
    slug: str, title: str, kind: Kind, numerator: Side, denominator: Side, *, improvement: Improvement, definition: str,
    is_headline: bool = False, is_part: bool = True, counts_people: bool = True,
) -> Measure:  # fmt: skip
    return Measure(
        slug=slug, title=title, table="admission_days", kind=kind, counted="by date", day="day", numerator=numerator,
        denominator=denominator, improvement=improvement, definition=definition, source=PRACTICE, rules=("FLO-16",),
        unit="patients", is_headline=is_headline, is_part=is_part, counts_people=counts_people,
    )  # fmt: skip


FLOW = (
    _of_days("beds_emergency_admissions", "Emergency admissions", "count", _.emergency, _.admitted, improvement="down",
             definition="Admissions of the period by an emergency method, day cases and well babies left out.", is_headline=True),
    _of_days("beds_non_elective_against_plan", "Non-elective admissions against plan", "share", _.non_elective_planned_for,
             _.planned_non_elective, improvement="neutral",
             definition="Emergency, maternity and other admissions that are not elective, births left out, over the plan of the "
             "period: a month's "
             "plan is spread over its days, and only functions and months with a plan count. Activity against plan counts the same "
             "work on the day of discharge.", is_part=False),
    _of_days("beds_balance", "Admissions less discharges", "count", _.balance, _.admitted, improvement="neutral",
             definition="Admissions of the period less the discharges, deaths and steps down to virtual wards: above 0 the "
             "hospital filled, below 0 it emptied.", is_part=False, counts_people=False),
    _of_days("beds_discharges", "Discharges from hospital beds", "count", _.discharged, _.discharged, improvement="neutral",
             definition="Hospital stays that ended in the period, by death too, day cases and well babies left out."),
)  # fmt: skip

SAFETY = (
    Measure(
        slug="beds_operations_cancelled", title="Operations cancelled for want of a bed", table="theatre_cancellations",
        kind="count", counted="by date", day="cancelled_date", numerator=_.is_for_want_of_bed, denominator=_.is_covered,
        improvement="down",
        definition="Operations that the hospital cancelled on the day or later because there was no bed. The reason's words "
        "decide.",
        source="NHS Constitution handbook; NHS England, cancelled elective operations", rules=("FLO-18",), unit="operations",
        cuts=("theatre",),
    ),
    Measure(
        slug="beds_operations_not_done_in_28_days", title="Cancelled for want of a bed, not done within 28 days",
        table="theatre_cancellations", kind="count", counted="by date", day="due_date",
        numerator=_.is_for_want_of_bed & _.is_breach, denominator=_.is_for_want_of_bed, improvement="down",
        definition="Those of them who were not treated by day 28, by the day on which that fell.",
        source="NHS Constitution handbook; NHS England, cancelled elective operations", rules=("FLO-18",), unit="operations",
        cuts=("theatre",),
    ),
    _of_stays("beds_critical_care_delays", "Delayed discharge from critical care", "share", _.is_critical_care_delay,
              _.is_critical_care_discharge, table="bed_stays", rules=("FLO-19",), cuts=("ward_name",),
              definition="Of the stays in critical care that ended alive in the period, for a ward or home, those that ended "
              "more than 4 hours after the patient was ready to leave. A stay that does not say when counts as not delayed."),
    _of_stays("beds_critical_care_ready_known", "Critical care stays that say when the patient was ready", "share",
              _.minutes_ready.notnull(), _.is_critical_care_discharge, table="bed_stays", rules=("FLO-19",), cuts=("ward_name",),
              improvement="up", definition="Of the same stays, those with the time at which the patient was ready to leave."),
    _of_stays("beds_mixed_sex_breaches", "Mixed-sex accommodation breaches", "count", _.is_mixed_sex_breach, _.is_counted,
              table="bed_stays", counted="by start date", rules=("FLO-20",), cuts=("ward_name",), unit="stays on wards",
              source="NHS England, mixed-sex accommodation guidance",
              definition="Ward stays begun in the period in mixed-sex accommodation without a clinical reason."),
    Measure(
        slug="beds_faults", title="Faults in the records of beds", table="bed_faults", kind="count", counted="by date", day="day",
        numerator=_.changes_census, denominator=_.changes_census | ~_.changes_census, improvement="down",
        definition="Faults of spells and ward stays that began in the period which may change a midnight's count: two beds at "
        "once, gaps, "
        "stays open after the spell, spells open after death, patients in theatre or lounge at midnight. Each stands on the list.",
        source=PRACTICE, rules=("FLO-01",), unit="faults", counts_people=False, cuts=("fault",),
    ),
)  # fmt: skip

MEASURES = (
    *OCCUPANCY, *(measure for days in (21, 14, 7) for measure in _long(days)), *LENGTH, *OUTLIERS, *CLOSED, *VIRTUAL, *FLOW,
    *SAFETY,
)  # fmt: skip
