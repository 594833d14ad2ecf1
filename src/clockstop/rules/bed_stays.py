"""Ward stays, mended so that a patient holds one bed at a time, each with what is wrong with it (operations.md 2.4, 2.7).

Nothing is dropped. A stay is cut off where its spell ended, and where a later one took its place; one that lies inside another
(a visit to theatre while the bed is kept) leaves the other whole. Of the stays that hold one midnight the last begun counts, a
ward before a place that is none. A midnight that no stay holds while the spell goes on is carried by the stay that ended last.
"""

import ibis
from ibis.expr.types import BooleanValue, Table, TimestampValue, Value

from clockstop.contracts.people import PERSON_NAMES
from clockstop.rules import outliers
from clockstop.rules.bed_base import WITHOUT_BEDS, base_rows, is_pseudo, with_ward
from clockstop.rules.bed_marks import joined_marks
from clockstop.rules.bed_spells import PATHWAY, SPELL, minute, tomorrow
from clockstop.rules.readings import Readings

STAY = "ward_stay_identifier"
_FAR = "9999-12-31"
_ORDER = ("started_at", "ends_at", STAY)
# What a refresh has made of place and person by the time that a stay takes them from its spell.
PERSON = (
    *PERSON_NAMES, "age_band", "deprivation_quintile", "priority", "priority_type_code",
)  # fmt: skip
OF_SPELL = (
    "admission_class", "admission_method_code", "is_emergency", "is_elective", "is_birth", "is_child", "is_adult_flow",
    "is_for_census", "is_dead", "is_well_baby", "elective_pathway_identifier",
)  # fmt: skip


def bed_stays(ward_stays: Table, inpatient_stays: Table, wards: Table, *, as_of: object, readings: Readings) -> Table:
    """Each ward stay begun by the as-of day, from `started_at` to `ended_at` (null: it goes on), with its ward and its marks.

    `carried_from_date` to `carried_until_date` (excluded) are the midnights after it that no stay holds. `is_bed` says whether
    it holds a hospital bed and its patient is one for the census; `as_sent_ended_at` is the end as it was sent.
    """
    rows = _of_spells(ward_stays, inpatient_stays, as_of)
    rows = with_ward(rows, base_rows(wards), rows.started_at.date(), or_first=True)
    rows = _in_order(_clipped(_kinds(rows, readings)), as_of)
    return _told(_moved(rows, readings), readings)


def _of_spells(ward_stays: Table, spells: Table, as_of: object) -> Table:
    """The stays with what their spell says; one of a spell that nobody knows has nulls there."""
    stays = ward_stays.filter((ward_stays.ward_stay_started_at.date() <= as_of).fill_null(False))
    ends = stays.ward_stay_ended_at
    stays = stays.mutate(
        as_sent_started_at=stays.ward_stay_started_at,
        as_sent_ended_at=ends,
        start_minute=minute(stays, "ward_stay_started_at"),
        end_minute=minute(stays, "ward_stay_ended_at"),
        ready_minute=minute(stays, "ready_to_leave_at"),
        stay_ends_at=(ends.date() <= as_of).ifelse(ends, ibis.null("timestamp")),
    )
    held = [name for name in (*OF_SPELL, *PERSON) if name in spells.columns]
    chosen = spells.select(
        SPELL, *held, spell_started_at="started_at", spell_ended_at="ended_at", spell_bed_ended_at="bed_ended_at",
        spell_ended_minute="ended_minute", spell_function="activity_treatment_function_code", spell_site=_site(spells),
        spell_consultant=_consultant(spells), is_of_spell=ibis.literal(True),
    )  # fmt: skip
    rows = stays.left_join(chosen, SPELL, rname="{name}_of_spell")
    rows = rows.drop(f"{SPELL}_of_spell")
    return rows.mutate(started_at=ibis.greatest(rows.as_sent_started_at, rows.spell_started_at.fill_null(rows.as_sent_started_at)))


def _site(spells: Table) -> Value:
    return spells["site" if "site" in spells.columns else "organisation_site_identifier_of_treatment"]


def _consultant(spells: Table) -> Value:
    return spells["consultant" if "consultant" in spells.columns else "consultant_code"]


def _kinds(rows: Table, readings: Readings) -> Table:
    """Whether each is a place without beds, and whether its patient counts at all."""
    cot = rows.is_birth & rows.is_well_baby.isnull() & (rows.ward_type == "maternity")
    is_cot = cot.fill_null(False) if readings.births_on_maternity_are_well else ibis.literal(False)
    is_away = rows.is_home_leave.fill_null(False) if readings.census_leaves_out_home_leave else ibis.literal(False)
    counts = rows.is_for_census.fill_null(False) & ~is_cot
    return rows.mutate(
        is_pseudo=is_pseudo(rows.ward_type),
        is_away=is_away,
        is_counted=counts,
        is_bed=counts & ~is_away & ~rows.ward_type.isin(WITHOUT_BEDS).fill_null(False),
        is_home_leave=rows.is_home_leave.fill_null(False),
        is_boarded=rows.is_boarded.fill_null(False),
        is_isolation=rows.is_isolation.fill_null(False),
        is_mixed_sex_breach=rows.is_mixed_sex_breach.fill_null(False),
    )


def _clipped(rows: Table) -> Table:
    """`ended_at` no later than the bed stay of the spell, and never before the start; a virtual ward may go on to its end."""
    is_virtual = (rows.ward_type == "virtual").fill_null(False)
    limit = is_virtual.ifelse(rows.spell_ended_at, rows.spell_bed_ended_at)
    ended_at = ibis.least(rows.stay_ends_at, limit)
    ended_at = (ended_at < rows.started_at).fill_null(False).ifelse(rows.started_at, ended_at)
    return rows.mutate(
        ended_at=ended_at,
        ends_at=ended_at.fill_null(_far()),
        is_after_spell=(rows.as_sent_ended_at.fill_null(_far()).date() > rows.spell_ended_at.date()).fill_null(False),
        is_before_spell=(rows.as_sent_started_at.date() < rows.spell_started_at.date()).fill_null(False),
    )


def _in_order(rows: Table, as_of: object) -> Table:
    """The stays with what those before and after them in their spell make of them.

    Worked out on few columns, since a spell's stays are sorted for it. A visit to a place without beds takes no bed away: it is
    compared with no ward, and `is_visit` says that a ward was kept all the while.
    """
    narrow = rows.select(
        SPELL, *_ORDER, "ward_code", "ward_type", "is_pseudo", "spell_bed_ended_at", is_known=rows.is_of_spell.notnull(),
        has_died_open=rows.is_dead.fill_null(False) & rows.spell_bed_ended_at.isnull(),
    )  # fmt: skip
    real, places = narrow.filter(~narrow.is_pseudo), narrow.filter(narrow.is_pseudo)
    real = _cut_by_next(_beside(real))
    visits = _visits(real, places)
    carries = _carried(real, places, as_of)
    so_far = ibis.window(group_by=SPELL, order_by=_ORDER, preceding=(None, 0))
    kept = (
        "next_started_at", "next_ward_type", "has_overlap", "has_two_beds", "is_replaced", "previous_ward_code", "is_move",
        "is_first",
    )  # fmt: skip
    found = real.select(STAY, *kept, move_number=real.is_move.cast("int64").sum().over(so_far).cast("int64"))
    rows = rows.left_join(found, STAY).drop(f"{STAY}_right")
    rows = rows.left_join(visits, STAY).drop(f"{STAY}_right")
    rows = rows.left_join(carries, STAY).drop(f"{STAY}_right")
    is_replaced = rows.is_replaced.fill_null(False)
    truths = ("has_overlap", "has_two_beds", "is_move", "is_visit", "is_gap_filled")
    return rows.mutate(
        ended_at=is_replaced.ifelse(rows.next_started_at, rows.ended_at), **{name: rows[name].fill_null(False) for name in truths}
    )


def _beside(real: Table) -> Table:
    """The stays on wards with the next and the previous one of the spell, and until when those before it go on."""
    in_order = ibis.window(group_by=SPELL, order_by=_ORDER)
    before = ibis.window(group_by=SPELL, order_by=_ORDER, preceding=(None, 1))
    return real.mutate(
        next_started_at=real.started_at.lead().over(in_order),
        next_ends_at=real.ends_at.lead().over(in_order),
        next_ward_type=real.ward_type.lead().over(in_order),
        previous_ward_code=real.ward_code.lag().over(in_order),
        previous_ward_type=real.ward_type.lag().over(in_order),
        others_until=real.ends_at.max().over(before),
        is_first=real.started_at.lag().over(in_order).isnull(),
    )


def _cut_by_next(real: Table) -> Table:
    """Which stays are replaced by the next one, which outlasts them; which share time, or a midnight, with another."""
    with_next = _shared(real, since="next_started_at", other="next_ends_at")
    with_others = _shared(real, since="started_at", other="others_until")
    outlasts = (real.next_ends_at >= real.ends_at) & (real.next_started_at > real.started_at)
    is_virtual = (real.ward_type == "virtual").fill_null(False) | (real.previous_ward_type == "virtual").fill_null(False)
    return real.mutate(
        has_overlap=with_next[0] | with_others[0],
        has_two_beds=with_next[1] | with_others[1],
        is_replaced=(with_next[0] & outlasts).fill_null(False),
        is_move=(real.previous_ward_code != real.ward_code).fill_null(False) & ~is_virtual,
    )


def _shared(rows: Table, *, since: str, other: str) -> tuple[BooleanValue, BooleanValue]:
    """Whether the stay shares any time with another from `since` to the earlier end, and whether it shares a midnight."""
    # Engines pass over nulls when they look for the least.
    until = rows[other].notnull().ifelse(ibis.least(rows.ends_at, rows[other]), ibis.null("timestamp"))
    return (until > rows[since]).fill_null(False), (until.date() > rows[since].date()).fill_null(False)


def _visits(real: Table, places: Table) -> Table:
    """The stays in places without beds during which a ward was kept: `is_visit`."""
    kept = real.select(SPELL, kept_from="started_at", kept_until="ends_at")
    pairs = places.select(SPELL, STAY, "started_at", "ends_at").inner_join(kept, SPELL)
    during = pairs.filter((pairs.kept_from <= pairs.started_at) & (pairs.kept_until >= pairs.ends_at))
    return during.select(STAY).distinct().mutate(is_visit=ibis.literal(True))


def _carried(real: Table, places: Table, as_of: object) -> Table:
    """The midnights between a ward stay and what came next in the spell, given to the stay that ended last.

    `is_gap_filled` where the patient was in a place without beds all the while: nothing is missing from the record then. Who has
    died in a spell that nobody closed holds no bed after the last ward stay.
    """
    spell_until = real.spell_bed_ended_at.fill_null(tomorrow(as_of).cast("timestamp"))
    until = ibis.least(real.next_started_at.fill_null(spell_until), spell_until).date()
    holds_no_more = real.has_died_open & real.next_started_at.isnull()
    ended = real.filter(real.is_known & ~holds_no_more).mutate(
        before_at=ibis.greatest(real.others_until, real.ends_at), gap_until=until
    )
    ended = ended.mutate(gap_from=ended.before_at.date()).filter(lambda one: one.gap_from < one.gap_until)
    pairs = real.select(SPELL, STAY, "started_at", "ends_at").inner_join(
        ended.select(SPELL, "gap_from", "gap_until", "before_at"), SPELL
    )
    pairs = pairs.filter((pairs.ends_at <= pairs.before_at) & (pairs.gap_from >= pairs.started_at.date()))
    last = ibis.window(group_by=[SPELL, "gap_from"], order_by=[pairs.ends_at.desc(), pairs.started_at.desc(), pairs[STAY].desc()])
    pairs = pairs.mutate(place=ibis.row_number().over(last)).filter(lambda one: one.place == 0)
    found = pairs.group_by(SPELL, STAY).aggregate(carried_from_date=pairs.gap_from.min(), carried_until_date=pairs.gap_until.max())
    there = found.inner_join(places.select(SPELL, place_from="started_at", place_until="ends_at"), SPELL)
    is_all = (there.place_from.date() <= there.carried_from_date) & (there.place_until.date() >= there.carried_until_date)
    filled = there.filter(is_all).select(STAY).distinct().mutate(is_gap_filled=ibis.literal(True))
    return found.drop(SPELL).left_join(filled, STAY).drop(f"{STAY}_right")


def _moved(rows: Table, readings: Readings) -> Table:
    """Which moves came late in the evening or at night, and which make many of one spell."""
    hour = rows.as_sent_started_at.hour()
    is_late = (hour >= readings.move_late_from_hour) | (hour < readings.move_late_until_hour)
    is_many = rows.is_move & (rows.move_number == readings.many_ward_moves).fill_null(False)
    return rows.mutate(is_out_of_hours_move=rows.is_move & is_late, is_many_moves=is_many)


STAY_MARKS = {
    "overlap": "The stay overlaps another of the same spell, but no midnight",
    "two_beds": "The patient was in two beds at one midnight",
    "gap": "No ward stay holds the midnights that follow, though the spell goes on",
    "spell_open": "The last ward stay has ended, and the spell is open",
    "starts_late": "No ward stay holds the first midnights of the spell",
    "after_spell": "The stay is open, or went on, after the day on which the spell ended",
    "before_spell": "The stay began before the day on which the spell did",
    "pseudo_ward": "The patient was in theatre, lounge or transport at midnight",
    "unknown_ward": "The ward is not in the bed base",
    "no_spell": "The spell of the stay is not known",
}


def _marks(rows: Table) -> dict[str, BooleanValue]:
    is_carried = rows.carried_until_date.notnull() & ~rows.is_gap_filled
    is_last_of_open = is_carried & rows.spell_bed_ended_at.isnull() & rows.next_started_at.isnull()
    holds_a_midnight = (rows.end_date.isnull() | (rows.end_date > rows.start_date)).fill_null(False)
    return {
        "overlap": rows.has_overlap & ~rows.has_two_beds,
        "two_beds": rows.has_two_beds,
        "gap": is_carried & ~is_last_of_open,
        "spell_open": is_last_of_open,
        "starts_late": (rows.is_first & rows.is_counted & (rows.start_date > rows.spell_started_at.date())).fill_null(False),
        "after_spell": rows.is_after_spell,
        "before_spell": rows.is_before_spell,
        "pseudo_ward": rows.is_pseudo & ~rows.is_visit & holds_a_midnight & rows.is_counted,
        "unknown_ward": rows.ward_type.isnull(),
        "no_spell": rows.is_of_spell.isnull(),
    }


def _told(rows: Table, readings: Readings) -> Table:
    """The stays with their dates, whether the patient is an outlier, how late they left critical care, and the marks."""
    function = rows.activity_treatment_function_code.fill_null(rows.spell_function)
    is_excused = rows.is_isolation if readings.isolation_is_no_outlier else ibis.literal(False)
    is_out = outliers.is_outlier(function, rows.designated_treatment_functions, rows.ward_type, is_isolation=is_excused)
    rows = rows.mutate(
        **{PATHWAY: rows[SPELL]},
        start_date=rows.started_at.date(),
        end_date=rows.ended_at.date(),
        activity_treatment_function_code=function,
        organisation_site_identifier_of_treatment=rows.ward_site.fill_null(rows.spell_site),
        consultant_code=rows.consultant_code.fill_null(rows.spell_consultant),
        bed_group=rows.bed_group.fill_null("unknown"),
        is_adult=rows.is_adult.fill_null(True),
        is_general_and_acute=rows.is_general_and_acute.fill_null(False),
        is_escalation_ward=rows.is_escalation_ward.fill_null(False),
        ward_name=rows.ward_name.fill_null(rows.ward_code),
        is_outlier=rows.is_bed & is_out,
        is_medical_outlier=rows.is_bed & is_out & outliers.is_medical(function) & rows.is_surgical_ward.fill_null(False),
        end_minute=rows.ended_at.notnull().ifelse(_end_minute(rows), ibis.null("int64")),
    )
    return _left_critical_care(rows, readings).select(*_COLUMNS, *(name for name in PERSON if name in rows.columns))


def _end_minute(rows: Table) -> Value:
    """The minute of the end as it counts: that of the stay, unless the spell's end or the next stay came first."""
    return (rows.ended_at == rows.as_sent_ended_at).fill_null(False).ifelse(rows.end_minute, minute(rows, "ended_at"))


def _left_critical_care(rows: Table, readings: Readings) -> Table:
    """Who left critical care for a ward or home, and who of them waited for it beyond the limit."""
    was_there = (rows.ward_type == "critical_care").fill_null(False) & rows.end_date.notnull()
    goes_on_there = (rows.next_ward_type == "critical_care").fill_null(False)
    has_died = rows.next_started_at.isnull() & rows.is_dead.fill_null(False)
    waited = rows.end_minute - rows.ready_minute
    has_left = was_there & ~goes_on_there & ~has_died
    rows = rows.mutate(is_critical_care_discharge=has_left, minutes_ready=was_there.ifelse(waited, ibis.null("int64")))
    is_late = has_left & (rows.minutes_ready > readings.critical_care_delay_minutes).fill_null(False)
    return rows.mutate(is_critical_care_delay=is_late, marks=joined_marks(_marks(rows)))


_COLUMNS = (
    STAY, SPELL, PATHWAY, "elective_pathway_identifier", "ward_code", "ward_name", "ward_type", "bed_group", "is_adult",
    "is_general_and_acute", "is_escalation_ward", "bay", "bed", "started_at", "ended_at", "start_date", "end_date", "start_minute",
    "end_minute", "as_sent_started_at", "as_sent_ended_at", "carried_from_date", "carried_until_date", "spell_started_at",
    "spell_ended_at", "spell_bed_ended_at", "admission_class", "admission_method_code", "is_emergency", "is_elective", "is_child",
    "is_adult_flow", "is_for_census", "is_counted", "is_bed", "is_pseudo", "is_away", "is_home_leave", "is_boarded",
    "is_isolation", "is_mixed_sex_breach", "is_outlier", "is_medical_outlier", "designated_treatment_functions",
    "reason_for_move", "previous_ward_code", "move_number", "is_move", "is_out_of_hours_move", "is_many_moves",
    "ready_to_leave_at", "minutes_ready", "is_critical_care_discharge", "is_critical_care_delay", "marks",
    "activity_treatment_function_code", "organisation_site_identifier_of_treatment", "consultant_code",
)  # fmt: skip


def _far() -> TimestampValue:
    return ibis.timestamp(_FAR)
