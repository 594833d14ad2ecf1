"""Every cancer wait: gross, adjustment, net, breach, stage and the share that counts to this trust (planned-care.md 2.1 to 2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clockstop.contracts.cancer_records import RECEIVED
from clockstop.contracts.cancer_treatments import DECIDED
from clockstop.contracts.people import PERSON_NAMES, SERVICE_NAMES
from clockstop.rules import cancer_adjustments as adjustments
from clockstop.rules import cancer_standards as standards
from clockstop.rules.cancer_events import is_first, told_date
from clockstop.rules.cancer_reported import reported_type
from clockstop.rules.cancer_routes import route
from clockstop.rules.cancer_shares import TREATED, with_shares
from clockstop.rules.cancer_sites import confirmed_site, modality_group, suspected_site
from clockstop.rules.cancer_stages import known_by, next_event, stage
from clockstop.rules.cancer_standards import D31, D62, FDS

if TYPE_CHECKING:
    from ibis.expr.types import Table

_FDS_COUNTED = ("01", "02", "05", "07")
_INTERVAL_SCANNING = "04"


def cancer_waits(
    *, cancer_clocks: Table, cancer_records: Table, cancer_treatments: Table, cancer_transfers: Table, as_of: Any, readings: Any
) -> Table:
    """One row a clock, open and ended: `days_waited` is net, `gross_days` are the days that it ran, to its end or to `as_of`."""
    rows = _joined(cancer_clocks, _records(cancer_records, readings), _treatments(cancer_treatments))
    rows = _with_days(_known(rows, as_of), as_of)
    rows = with_shares(rows, cancer_transfers, as_of=as_of, readings=readings)
    rows = rows.mutate(**_judged(rows, readings))
    rows = rows.mutate(reported_type=_reported_type(rows))
    return _placed(rows.mutate(**_staged(rows), **next_event(rows, as_of), **_marks(rows)))


def _records(records: Table, readings: Any) -> Table:
    """What a record says, under the names of the wait."""
    return records.mutate(
        route=route(records),
        suspected_cancer_site=suspected_site(records.two_week_wait_cancer_or_symptomatic_breast_referral_type),
        record_site=confirmed_site(records.primary_cancer_site, records.primary_diagnosis_icd),
        record_diagnosis=records.primary_diagnosis_icd,
        received_date=records[RECEIVED],
        tests_completed_date=records.investigations_completed_date,
        told_date=told_date(records, readings.fds_letter_days),
        told_reason=records.cancer_faster_diagnosis_pathway_end_reason,
        fds_exclusion=records.cancer_faster_diagnosis_pathway_exclusion_reason,
        team_date=records.multidisciplinary_team_discussion_date_cancer,
        delay_reason=records.cancer_care_spell_delay_reason_referral_to_treatment,
    )


def _treatments(treatments: Table) -> Table:
    """Each treatment, and which one is the first of its record: the one that began first, else that decided first."""
    import ibis

    first = is_first(treatments.cancer_treatment_event_type)
    rows = treatments.mutate(
        is_first_treatment=first,
        treatment_site=confirmed_site(treatments.primary_cancer_site, treatments.primary_diagnosis_icd),
        treatment_diagnosis=treatments.primary_diagnosis_icd,
        decided_to_treat_date=treatments[DECIDED],
        **{f"treatment_{name}": treatments[name] for name in SERVICE_NAMES},
    )
    place = ibis.window(
        group_by=[rows.cancer_record_identifier, rows.is_first_treatment],
        order_by=[
            rows.treatment_withdrawn_date.notnull(),
            rows.treatment_start_date_cancer.isnull(),
            rows.treatment_start_date_cancer,
            rows.decided_to_treat_date,
            rows.cancer_treatment_identifier,
        ],
    )
    rows = rows.mutate(place=ibis.row_number().over(place))
    return rows.mutate(first_of_record=(rows.is_first_treatment & (rows.place == 0)).ifelse(rows.cancer_record_identifier, None))


_OF_TREATMENT = (
    "treatment_diagnosis",
    "is_first_treatment", "treatment_site", "decided_to_treat_date", "treatment_start_date_cancer", "treatment_offered_date",
    "treatment_delay_start_date", "treatment_delay_end_date", "cancer_treatment_modality", "cancer_care_setting_treatment",
    "cancer_treatment_event_type", "waiting_time_adjustment_treatment", "waiting_time_adjustment_reason_treatment",
    *(f"treatment_{name}" for name in SERVICE_NAMES),
)  # fmt: skip


def _joined(clocks: Table, records: Table, treatments: Table) -> Table:
    """Each clock with its record and its treatment: its own for the 31 days, the record's first for the others."""
    import ibis

    of_treatment = clocks.clock == D31
    rows = clocks.select(
        "patient_pathway_identifier", "period_number", "start_date", "end_date", "end_status", "start_rule", "end_rule",
        "responsibility_passed_date",
        standard=clocks.clock,
        clock=clocks.clock,
        clock_treatment=of_treatment.ifelse(clocks.cancer_treatment_identifier, ibis.null("string")),
        clock_record=of_treatment.ifelse(ibis.null("string"), clocks.cancer_record_identifier),
    )  # fmt: skip
    own = treatments.select(own_treatment="cancer_treatment_identifier", own_record="cancer_record_identifier")
    first = treatments.filter(treatments.first_of_record.notnull()).select(
        "first_of_record", first_id="cancer_treatment_identifier"
    )
    rows = rows.left_join(own, rows.clock_treatment == own.own_treatment)
    rows = rows.left_join(first, rows.clock_record == first.first_of_record)
    rows = rows.mutate(
        cancer_treatment_identifier=rows.clock_treatment.coalesce(rows.first_id),
        cancer_record_identifier=rows.clock_record.coalesce(rows.own_record),
    ).drop("clock_treatment", "clock_record", "own_treatment", "own_record", "first_of_record", "first_id")
    given = treatments.select("cancer_treatment_identifier", *_OF_TREATMENT)
    rows = rows.left_join(given, "cancer_treatment_identifier").drop("cancer_treatment_identifier_right")
    said = records.select("cancer_record_identifier", *(name for name in _OF_RECORD if name in records.columns))
    return rows.left_join(said, "cancer_record_identifier").drop("cancer_record_identifier_right")


_OF_RECORD = (
    "record_diagnosis",
    "route", "suspected_cancer_site", "record_site", "received_date", "consultant_upgrade_date", "first_appointment_date",
    "first_appointment_attended_code", "first_appointment_rebooked_date", "date_first_seen", "tests_completed_date", "told_date",
    "told_reason", "fds_exclusion", "team_date", "waiting_time_adjustment_first_seen", "waiting_time_adjustment_reason_first_seen",
    "delay_reason", *SERVICE_NAMES, *PERSON_NAMES,
)  # fmt: skip


def _known(rows: Table, as_of: Any) -> Table:
    """The rows with days after `as_of` hidden, but for what is booked ahead."""
    days = (
        "date_first_seen",
        "tests_completed_date",
        "told_date",
        "team_date",
        "decided_to_treat_date",
        "treatment_start_date_cancer",
    )
    hidden = {name: known_by(rows[name], as_of) for name in days}
    return rows.mutate(**hidden, route=rows.route.fill_null("other"))


def _with_days(rows: Table, as_of: Any) -> Table:
    """Gross, adjustment and net days by the rules of adjustments and standards."""
    import ibis

    admitted = adjustments.is_admitted_setting(rows.cancer_care_setting_treatment)
    first = adjustments.allowed_first_seen(
        days=rows.waiting_time_adjustment_first_seen, reason=rows.waiting_time_adjustment_reason_first_seen,
        received_date=rows.received_date, first_seen_date=rows.date_first_seen, is_from_upgrade=_is_from_upgrade(rows),
    )  # fmt: skip
    treated = adjustments.allowed_treatment(
        days=rows.waiting_time_adjustment_treatment, reason=rows.waiting_time_adjustment_reason_treatment, is_admitted=admitted
    )
    rows = rows.mutate(
        first_seen_adjustment_days=_bears_on(rows, adjustments.FIRST_SEEN_REASON).ifelse(first, 0).cast("int32"),
        treatment_adjustment_days=_bears_on(rows, adjustments.TREATMENT_REASONS[0]).ifelse(treated, 0).cast("int32"),
        gross_days=standards.gross_days(rows.start_date, rows.end_date.fill_null(ibis.literal(as_of))).cast("int32"),
    )
    asked = rows.first_seen_adjustment_days + rows.treatment_adjustment_days
    adjusted = standards.accepted_adjustment(rows.gross_days, asked).cast("int32")
    rows = rows.mutate(asked_days=asked, adjustment_days=adjusted)
    start, names = rows.start_date, standards.WITHIN_DAYS
    breach = ibis.cases(*((rows.standard == name, standards.breach_date(name, start, rows.adjustment_days)) for name in names))
    return rows.mutate(
        days_waited=standards.net_days(rows.gross_days, rows.adjustment_days).cast("int32"),
        breach_date=breach,
        days_to_breach=breach.delta(ibis.literal(as_of), unit="day"),
        is_open=rows.end_date.isnull(),
    )


def _is_from_upgrade(rows: Table) -> Any:
    """Whether the clock began with a consultant's upgrade, hence after the referral's own appointments (CWT-R06)."""
    return (rows.start_rule == "CWT-R06").fill_null(False)


def _bears_on(rows: Table, reason: str) -> Any:
    """Whether an adjustment for that reason is deducted from the wait's standard."""
    return rows.standard.isin(adjustments.DEDUCTS_FROM[reason])


def _judged(rows: Table, readings: Any) -> dict[str, Any]:
    """What counts, and whether within; for the 28 days what is excluded leaves the ratio, for the others what is not treated."""
    import ibis

    within = ibis.cases(*((rows.standard == name, standards.is_within(name, rows.days_waited)) for name in standards.WITHIN_DAYS))
    told = (*_FDS_COUNTED, _INTERVAL_SCANNING) if readings.fds_interval_scanning_counts else _FDS_COUNTED
    counts = ibis.cases((rows.standard == FDS, rows.end_status.isin(told)), else_=rows.end_status == TREATED)
    site = rows.treatment_site.coalesce(rows.record_site, rows.suspected_cancer_site)
    is_of_referral = rows.standard == FDS
    is_long = rows.standard == D62
    return {
        "is_within": within,
        "is_counted": counts.fill_null(False) & rows.end_date.notnull() & rows.is_ours,
        "is_first_treatment": is_of_referral.ifelse(False, rows.is_first_treatment.fill_null(rows.standard == D62)),
        "is_cancer": ((rows.told_reason == "01") | rows.decided_to_treat_date.notnull()).fill_null(False),
        "has_decision_to_treat": rows.decided_to_treat_date.notnull(),
        "cancer_site": is_of_referral.ifelse(rows.suspected_cancer_site.coalesce(site), site).fill_null("other"),
        "modality": modality_group(rows.cancer_treatment_modality).fill_null("none"),
        "band": standards.band(rows.days_waited),
        "is_over_62": is_long & (rows.days_waited > standards.WITHIN_DAYS[D62]),
        "backstop_from_day": ibis.literal(readings.cancer_backstop_from_day, type="int32"),
        "is_over_104": is_long & standards.is_for_review(rows.days_waited, readings.cancer_backstop_from_day),
    }


def _reported_type(rows: Table) -> Any:
    """The type under which each wait is published; of the bloods' cancers the diagnosis tells which."""
    return reported_type(
        rows.standard, suspected_site=rows.suspected_cancer_site, cancer_site=rows.cancer_site,
        diagnosis=rows.treatment_diagnosis.coalesce(rows.record_diagnosis),
    )  # fmt: skip


def _staged(rows: Table) -> dict[str, Any]:
    return {
        "stage": stage(
            end_date=rows.end_date, end_status=rows.end_status, seen=rows.date_first_seen, tested=rows.tests_completed_date,
            told=rows.told_date, told_reason=rows.told_reason, decided=rows.decided_to_treat_date,
        ),
    }  # fmt: skip


MARKS = {
    "adjustment_rejected": "an adjustment is longer than the wait, or reaches past the day first seen, or its reason does not fit",
    "first_seen_adjustment_differs": "the first-seen adjustment is not what the missed appointment gives",
    "treatment_adjustment_differs": "the treatment adjustment is not what the delay gives",
    "upgrade_after_decision": "the upgrade is later than the decision to treat",
    "told_without_reason": "the patient was told, but not of what",
    "first_seen_missing": "tests or a result are recorded, but not when the patient was first seen",
    "suspected_type_missing": "an urgent suspected cancer by its priority, but not of which site",
    "site_missing": "treated, with neither a tumour site nor a diagnosis that tells it",
}


def _marks(rows: Table) -> dict[str, Any]:
    """The marks of each wait, names joined by commas; empty where there is none."""
    import ibis

    recorded_first = (rows.standard == D31).ifelse(0, rows.waiting_time_adjustment_first_seen.fill_null(0))
    recorded_treatment = (rows.standard == FDS).ifelse(0, rows.waiting_time_adjustment_treatment.fill_null(0))
    worked_first = adjustments.first_seen_adjustment(
        received_date=rows.received_date, attended_code=rows.first_appointment_attended_code,
        rebooked_date=rows.first_appointment_rebooked_date, first_seen_date=rows.date_first_seen,
        is_from_upgrade=_is_from_upgrade(rows),
    )  # fmt: skip
    worked_treatment = adjustments.treatment_adjustment(
        reason=rows.waiting_time_adjustment_reason_treatment,
        is_admitted=adjustments.is_admitted_setting(rows.cancer_care_setting_treatment),
        delay_start_date=rows.treatment_delay_start_date, delay_end_date=rows.treatment_delay_end_date,
    )  # fmt: skip
    has_delay = rows.treatment_delay_start_date.notnull() & rows.treatment_delay_end_date.notnull()
    late_upgrade = rows.consultant_upgrade_date.notnull() & ~standards.is_valid_upgrade(
        rows.consultant_upgrade_date, rows.decided_to_treat_date
    )
    moved_on = rows.tests_completed_date.notnull() | rows.told_date.notnull()
    found = {
        "adjustment_rejected": rows.adjustment_days != recorded_first + recorded_treatment,
        "first_seen_adjustment_differs": (rows.standard != D31) & rows.first_appointment_attended_code.notnull()
        & (worked_first != recorded_first),
        "treatment_adjustment_differs": (rows.standard != FDS) & has_delay & (worked_treatment != recorded_treatment),
        "upgrade_after_decision": late_upgrade,
        "told_without_reason": rows.told_date.notnull() & rows.told_reason.isnull() & rows.fds_exclusion.isnull(),
        "first_seen_missing": moved_on & rows.date_first_seen.isnull(),
        "suspected_type_missing": (rows.route == "urgent_suspected") & rows.suspected_cancer_site.isnull(),
        "site_missing": rows.treatment_start_date_cancer.notnull() & rows.treatment_site.coalesce(rows.record_site).isnull(),
    }  # fmt: skip
    words = ibis.array([present.fill_null(False).ifelse(name, "") for name, present in found.items()])
    joined = words.filter(lambda word: word != "").join(",").fill_null("")
    return {"marks": joined, "first_seen_adjustment_worked_out": worked_first, "treatment_adjustment_worked_out": worked_treatment}


COLUMNS = (
    "patient_pathway_identifier", "cancer_record_identifier", "cancer_treatment_identifier", "clock", "period_number",
    "standard", "route", "cancer_site", "suspected_cancer_site", "modality", "is_first_treatment", "start_date", "end_date",
    "end_status", "start_rule", "end_rule", "gross_days", "first_seen_adjustment_days", "treatment_adjustment_days",
    "treatment_delay_start_date",
    "adjustment_days", "days_waited", "breach_date", "days_to_breach", "is_open", "is_within", "is_counted", "is_cancer",
    "has_decision_to_treat", "stage", "band", "is_over_62", "is_over_104", "role", "treated_share", "breach_share",
    "backstop_from_day", "reported_type",
    "within_share", "transfer_day", "transfer_to_treatment", "responsibility_passed_date", "received_here_date",
    "received_date", "consultant_upgrade_date", "date_first_seen", "tests_completed_date", "told_date", "told_reason",
    "team_date", "decided_to_treat_date", "treatment_start_date_cancer", "cancer_treatment_modality",
    "cancer_care_setting_treatment", "cancer_treatment_event_type", "next_event_type", "next_event_date", "delay_reason",
    "marks", "first_seen_adjustment_worked_out", "treatment_adjustment_worked_out",
)  # fmt: skip


def _placed(rows: Table) -> Table:
    """The rows with place and person: the treatment's own place for the 31 days, where it has one."""
    place = {
        name: (rows.standard == D31).ifelse(rows[f"treatment_{name}"].coalesce(rows[name]), rows[name]) for name in SERVICE_NAMES
    }
    return rows.mutate(**place).select(*COLUMNS, *SERVICE_NAMES, *(name for name in PERSON_NAMES if name in rows.columns))
