"""Cancer treatments, first and subsequent, given and decided: each has a 31-day clock of its own."""

from clockstop.contracts.cancer_codes import (
    ADJUSTMENT_REASON_TREATMENT,
    CARE_SETTING,
    PRIMARY_CANCER_SITE,
    TREATMENT_EVENT_TYPE,
    TREATMENT_MODALITY,
)
from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.people import PATHWAY, SERVICE

DECIDED = "cancer_treatment_period_start_date"

CONTRACT = Contract(
    name="cancer_treatments",
    title="Cancer treatments",
    key=("cancer_treatment_identifier",),
    window=DECIDED,
    columns=(
        Column(name="cancer_treatment_identifier", type="text", meaning="the cancer system's own id of the treatment",
               is_required=True),
        Column(name="cancer_record_identifier", type="text",
               meaning="the record that it belongs to; empty for a recurrence that has none"),
        *PATHWAY,
        Column(name="cancer_treatment_event_type", type="code", meaning="first or subsequent; 01, 07 and 12 are first",
               is_required=True, codes=TREATMENT_EVENT_TYPE),
        Column(name=DECIDED, type="date", meaning="the patient agreed the treatment (decision to treat)", is_required=True,
               may_be_in_future=False),
        Column(name="earliest_clinically_appropriate_date", type="date",
               meaning="of a subsequent treatment: the first day on which it was clinically possible (ECAD)"),
        Column(name="treatment_offered_date", type="date", meaning="the date that is booked, or was offered last"),
        Column(name="treatment_start_date_cancer", type="date", meaning="treatment started, or the patient was admitted for it",
               may_be_in_future=False),
        Column(name="cancer_treatment_modality", type="code", meaning="what treatment", codes=TREATMENT_MODALITY),
        Column(name="cancer_care_setting_treatment", type="code", meaning="where it was given", codes=CARE_SETTING),
        Column(name="waiting_time_adjustment_treatment", type="integer", meaning="days deducted before the treatment"),
        Column(name="waiting_time_adjustment_reason_treatment", type="code", meaning="why; 6, 7 and 8 deduct",
               codes=ADJUSTMENT_REASON_TREATMENT),
        Column(name="treatment_delay_start_date", type="date", meaning="the date declined, or the day from which it was put off"),
        Column(name="treatment_delay_end_date", type="date", meaning="the day on which the patient was available again"),
        Column(name="treatment_withdrawn_date", type="date", meaning="the decision was withdrawn", may_be_in_future=False),
        Column(name="primary_diagnosis_icd", type="text", meaning="the diagnosis, ICD-10", max_length=6),
        Column(name="primary_cancer_site", type="code", meaning="what is treated; 16 is prostate", codes=PRIMARY_CANCER_SITE),
        Column(name="cancer_care_spell_delay_reason_decision_to_treatment", type="text", max_length=2,
               meaning="why the 31 days were missed"),
        *SERVICE,
    ),
    checks=(
        Check(code="treated_before_decision", column="treatment_start_date_cancer",
              message="the treatment started before it was decided",
              is_wrong=lambda rows: rows.treatment_start_date_cancer < rows[DECIDED]),
        Check(code="negative_adjustment", column="waiting_time_adjustment_treatment",
              message="a waiting time adjustment is less than 0 days",
              is_wrong=lambda rows: rows.waiting_time_adjustment_treatment < 0),
        Check(code="delay_ends_before_start", column="treatment_delay_end_date",
              message="the delay ended before it began",
              is_wrong=lambda rows: rows.treatment_delay_end_date < rows.treatment_delay_start_date),
        Check(code="first_without_record", column="cancer_record_identifier",
              message="a first treatment needs the cancer record that it belongs to",
              is_wrong=lambda rows: rows.cancer_treatment_event_type.isin(["01", "07", "12"])
              & rows.cancer_record_identifier.isnull()),
    ),
)  # fmt: skip
