"""The kinds of data fault that are planted: what is wrong, where, how often, and what should find it."""

from dataclasses import dataclass

# What a lost stop, a lost start and a second registration look like to the flags that find other things.
LOST_STOP = (
    "no_next_step", "validation", "priority", "status_contradicts", "closed_but_open", "possible_duplicate", "treatment_given",
    "past_without_outcome", "monitoring_review", "planned", "decision_mismatch", "missing_start", "status_missing",
)  # fmt: skip
# Without its referral a pathway has no start, and nobody is named as the issuer of its identifier.
LOST_START = ("missing_start", "end_order", "not_on_list", "monitoring_review", "start_order", "default_date", "planned",
              "identifier")  # fmt: skip
DUPLICATE = ("no_next_step", "validation", "possible_duplicate", "not_on_list", "closed_but_open")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of fault: the share of the dataset's eligible rows that have it, and intake's reason (empty: the row is kept).

    `flag` is the data-quality flag (RTT-R51) that should find it, `also` those that it brings about besides: a lost stop leaves a
    pathway open, with no next step and nobody to validate it. Where a second row is written, its identifier ends on `copy`.
    """

    kind: str
    dataset: str
    column: str
    rate: float
    reason: str = ""
    value: str | None = None
    flag: str = ""
    also: tuple[str, ...] = ()
    copy: str = ""


FAULTS = (
    Fault(
        kind="unknown_route",
        dataset="referrals",
        column="referral_route",
        rate=0.0002,
        reason="unknown_code",
        value="FAX?",
        also=LOST_START,
    ),
    Fault(
        kind="future_start",
        dataset="referrals",
        column="referral_request_received_date",
        rate=0.0001,
        reason="date_in_future",
        flag="future_start",
        also=LOST_START,
    ),
    Fault(
        kind="discharge_before_referral",
        dataset="referrals",
        column="discharge_date",
        rate=0.0003,
        reason="discharge_before_referral",
        flag="end_order",
        also=LOST_START,
    ),
    Fault(
        kind="nhs_number_invalid",
        dataset="referrals",
        column="nhs_number",
        rate=0.001,
        flag="nhs_number",
    ),
    Fault(
        kind="nhs_number_missing",
        dataset="referrals",
        column="nhs_number",
        rate=0.002,
        flag="nhs_number",
    ),
    Fault(
        kind="start_before_birth",
        dataset="referrals",
        column="person_birth_date",
        rate=0.0003,
        flag="start_order",
    ),
    Fault(
        kind="missing_treatment_function",
        dataset="referrals",
        column="activity_treatment_function_code",
        rate=0.0005,
        flag="treatment_function",
    ),
    Fault(
        kind="duplicate_pathway",
        dataset="referrals",
        column="patient_pathway_identifier",
        rate=0.002,
        flag="exact_duplicate",
        also=DUPLICATE,
        copy="D",
    ),
    Fault(
        kind="missing_referral",
        dataset="referrals",
        column="referral_identifier",
        rate=0.0004,
        flag="missing_start",
        also=LOST_START,
    ),
    Fault(
        kind="unknown_status",
        dataset="appointments",
        column="referral_to_treatment_period_status",
        rate=0.002,
        reason="unknown_code",
        value="3O",
        flag="status_missing",
        also=LOST_STOP,
    ),
    Fault(
        kind="unknown_outcome",
        dataset="appointments",
        column="attended_or_did_not_attend_code",
        rate=0.0003,
        reason="unknown_code",
        value="9",
        flag="past_without_outcome",
        also=LOST_STOP,
    ),
    Fault(
        kind="missing_pathway",
        dataset="appointments",
        column="patient_pathway_identifier",
        rate=0.0003,
        reason="missing",
        flag="identifier",
        also=LOST_STOP,
    ),
    Fault(
        kind="impossible_date",
        dataset="appointments",
        column="appointment_date",
        rate=0.0002,
        reason="date_unreadable",
        flag="past_without_outcome",
        also=LOST_STOP,
    ),
    Fault(
        kind="duplicate_row",
        dataset="appointments",
        column="appointment_identifier",
        rate=0.0003,
        reason="duplicate_row",
        flag="exact_duplicate",
    ),
    Fault(
        kind="past_without_outcome",
        dataset="appointments",
        column="attended_or_did_not_attend_code",
        rate=0.003,
        value="0",
        flag="past_without_outcome",
        also=LOST_STOP,
    ),
    Fault(
        kind="missing_status",
        dataset="appointments",
        column="referral_to_treatment_period_status",
        rate=0.004,
        flag="status_missing",
        also=LOST_STOP,
    ),
    Fault(
        kind="status_not_known",
        dataset="appointments",
        column="referral_to_treatment_period_status",
        rate=0.004,
        value="99",
        flag="status_missing",
        also=LOST_STOP,
    ),
    Fault(
        kind="missing_decision_date",
        dataset="waiting_list_entries",
        column="decided_to_admit_date",
        rate=0.0003,
        reason="missing",
        flag="decision_mismatch",
        also=LOST_STOP,
    ),
    Fault(
        kind="removed_before_decision",
        dataset="waiting_list_entries",
        column="removal_date",
        rate=0.0005,
        reason="removed_before_decision",
        flag="end_order",
        also=LOST_STOP,
    ),
    Fault(
        kind="duplicate_key",
        dataset="waiting_list_entries",
        column="waiting_list_entry_identifier",
        rate=0.0004,
        reason="duplicate_key",
        flag="exact_duplicate",
    ),
    Fault(
        kind="planned_without_due_date",
        dataset="waiting_list_entries",
        column="planned_due_date",
        rate=0.05,
        flag="planned",
        also=LOST_START,
    ),
    Fault(
        kind="discharge_before_admission",
        dataset="spells",
        column="discharge_date_hospital_provider_spell",
        rate=0.003,
        reason="discharge_before_admission",
        flag="end_order",
        also=LOST_STOP,
    ),
    Fault(
        kind="treated_but_open",
        dataset="spells",
        column="hospital_provider_spell_identifier",
        rate=0.008,
        flag="treatment_given",
        also=LOST_STOP,
    ),
    Fault(
        kind="issuer_missing",
        dataset="referrals",
        column="organisation_identifier_patient_pathway_identifier_issuer",
        rate=0.0003,
        flag="identifier",
    ),
    Fault(
        kind="identifier_shared",
        dataset="referrals",
        column="patient_pathway_identifier",
        rate=0.0002,
        flag="identifier",
        also=("possible_duplicate", "exact_duplicate"),
        copy="P",
    ),
    Fault(
        kind="seldom_function",
        dataset="referrals",
        column="activity_treatment_function_code",
        rate=0.0003,
        value="812",
        flag="treatment_function",
    ),
    Fault(
        kind="priority_missing",
        dataset="referrals",
        column="priority_type_code",
        rate=0.004,
        flag="priority",
    ),
    Fault(
        kind="closed_but_open",
        dataset="referrals",
        column="discharge_date",
        rate=0.003,
        flag="closed_but_open",
    ),
    Fault(
        kind="default_date",
        dataset="referrals",
        column="referral_request_received_date",
        rate=0.004,
        flag="default_date",
        also=("missing_start", "start_order", "validation", "status_contradicts"),
    ),
    Fault(
        kind="slot_issue_unlisted",
        dataset="referrals",
        column="referral_identifier",
        rate=0.01,
        flag="not_on_list",
        also=("monitoring_review",),
        copy="E",
    ),
    Fault(
        kind="start_moved",
        dataset="referrals",
        column="referral_request_received_date",
        rate=0.03,
        flag="start_drift",
        also=("validation", "pop_on", "default_date"),
    ),
    Fault(
        kind="late_registration",
        dataset="referrals",
        column="referral_identifier",
        rate=0.03,
        flag="pop_on",
    ),
    Fault(
        kind="status_contradicts",
        dataset="appointments",
        column="referral_to_treatment_period_status",
        rate=0.002,
        value="90",
        flag="status_contradicts",
    ),
    Fault(
        kind="decision_before_start",
        dataset="waiting_list_entries",
        column="decided_to_admit_date",
        rate=0.01,
        flag="decision_mismatch",
        also=("no_next_step", "validation", "priority"),
    ),
    # Below stands what the rules of data quality alone should find (rules/quality*.py); added last, so that what is drawn of the
    # kinds above is as it was.
    Fault(
        kind="treated_and_listed",
        dataset="waiting_list_entries",
        column="removal_date",
        rate=0.01,
        also=LOST_STOP,
    ),
    Fault(
        kind="test_clinic",
        dataset="appointments",
        column="clinic_code",
        rate=0.001,
    ),
    Fault(
        kind="second_hospital_number",
        dataset="referrals",
        column="local_patient_identifier",
        rate=0.001,
    ),
    Fault(
        kind="died_and_booked",
        dataset="referrals",
        column="person_death_date",
        rate=0.03,
        also=("closed_but_open", "end_order", "not_on_list", "status_contradicts"),
    ),
)
