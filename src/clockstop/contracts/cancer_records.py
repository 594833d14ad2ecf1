"""Cancer records as a trust's cancer system gives them (cancer waiting times data set): a row for each suspected or found cancer.

A patient with two primary cancers has two records. What a trust plans and what the patient was offered stand beside the national
data elements, so that stages can be told and a recorded adjustment can be worked out again.
"""

from clockstop.contracts.cancer_codes import (
    ADJUSTMENT_REASON_FIRST_SEEN,
    COMMUNICATION_METHOD,
    FDS_END_REASON,
    FDS_EXCLUSION_REASON,
    PATIENT_STATUS,
    PRIMARY_CANCER_SITE,
    REMOVAL_REASON,
    SOURCE_OF_REFERRAL,
    SUSPECTED_CANCER_TYPE,
    TUMOUR_LATERALITY,
)
from clockstop.contracts.codes import ATTENDED_OR_DID_NOT_ATTEND
from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.people import PATHWAY, PERSON, SERVICE

RECEIVED = "cancer_referral_to_treatment_period_start_date"
TOLD = "cancer_faster_diagnosis_pathway_end_date"

CONTRACT = Contract(
    name="cancer_records",
    title="Cancer records",
    key=("cancer_record_identifier",),
    window=RECEIVED,
    columns=(
        Column(name="cancer_record_identifier", type="text", meaning="the cancer system's own record id", is_required=True),
        *PATHWAY,
        Column(name="source_of_referral_for_out_patients", type="code", meaning="who referred; 17 is a screening programme",
               codes=SOURCE_OF_REFERRAL),
        Column(name="decision_to_refer_date", type="date", meaning="the day of the decision to refer"),
        Column(name=RECEIVED, type="date", is_required=True, may_be_in_future=False,
               meaning="the day that the referral was received, or the UBRN converted; day 0 unless the record is an upgrade"),
        Column(name="two_week_wait_cancer_or_symptomatic_breast_referral_type", type="code",
               meaning="what was suspected; 16 is breast symptoms", codes=SUSPECTED_CANCER_TYPE),
        Column(name="consultant_upgrade_date", type="date", may_be_in_future=False,
               meaning="a consultant put the patient on the 62-day pathway"),
        Column(name="organisation_site_identifier_consultant_upgrade", type="text", meaning="the site of the upgrade"),
        Column(name="first_appointment_date", type="date", meaning="the first appointment offered and taken"),
        Column(name="first_appointment_booked_date", type="date", meaning="the day on which it was booked"),
        Column(name="first_appointment_attended_code", type="code", meaning="what became of that first appointment",
               codes=ATTENDED_OR_DID_NOT_ATTEND),
        Column(name="first_appointment_rebooked_date", type="date", meaning="the patient agreed another date"),
        Column(name="date_first_seen", type="date", meaning="first seen, or first test where straight to test",
               may_be_in_future=False),
        Column(name="organisation_site_identifier_first_seen", type="text", meaning="the site at which first seen"),
        Column(name="waiting_time_adjustment_first_seen", type="integer", meaning="days deducted for a missed first appointment"),
        Column(name="waiting_time_adjustment_reason_first_seen", type="code", meaning="why; 3 alone deducts",
               codes=ADJUSTMENT_REASON_FIRST_SEEN),
        Column(name="cancer_or_symptomatic_breast_referral_patient_status", type="code", meaning="where the patient stands",
               codes=PATIENT_STATUS),
        Column(name="investigations_completed_date", type="date", meaning="the last test needed for a diagnosis was done",
               may_be_in_future=False),
        Column(name=TOLD, type="date", meaning="the patient was told of cancer or of its ruling out", may_be_in_future=False),
        Column(name="cancer_faster_diagnosis_pathway_end_reason", type="code", meaning="what was told", codes=FDS_END_REASON),
        Column(name="cancer_faster_diagnosis_pathway_exclusion_reason", type="code", meaning="why it is left out",
               codes=FDS_EXCLUSION_REASON),
        Column(name="organisation_site_identifier_cancer_faster_diagnosis_pathway_end", type="text", meaning="the site that told"),
        Column(name="cancer_faster_diagnosis_pathway_communication_method", type="code", meaning="how the patient was told",
               codes=COMMUNICATION_METHOD),
        Column(name="primary_diagnosis_icd", type="text", meaning="the diagnosis, ICD-10", max_length=6),
        Column(name="tumour_laterality", type="code", meaning="the side", codes=TUMOUR_LATERALITY),
        Column(name="primary_cancer_site", type="code", meaning="what was found; 16 is prostate", codes=PRIMARY_CANCER_SITE),
        Column(name="multidisciplinary_team_discussion_date_cancer", type="date", meaning="discussed by the team"),
        Column(name="cancer_care_spell_delay_reason_first_seen", type="text", meaning="why first seen late", max_length=2),
        Column(name="cancer_care_spell_delay_reason_referral_to_treatment", type="text", max_length=2,
               meaning="why the 62 days were missed"),
        Column(name="removal_date", type="date", meaning="taken off the cancer pathway untreated", may_be_in_future=False),
        Column(name="removal_reason", type="code", meaning="why it was taken off", codes=REMOVAL_REASON),
        Column(name="person_death_date", type="date", meaning="date of death", may_be_in_future=False),
        *SERVICE,
        *PERSON,
    ),
    checks=(
        Check(code="told_before_referral", column=TOLD, message="the patient was told before the referral was received",
              is_wrong=lambda rows: rows[TOLD] < rows[RECEIVED]),
        Check(code="seen_before_referral", column="date_first_seen", 
              message="the patient was seen before the referral was received",
              is_wrong=lambda rows: rows.date_first_seen < rows[RECEIVED]),
        Check(code="upgrade_before_referral", column="consultant_upgrade_date",
              message="the upgrade is earlier than the referral",
              is_wrong=lambda rows: rows.consultant_upgrade_date < rows[RECEIVED]),
        Check(code="exclusion_without_reason", column="cancer_faster_diagnosis_pathway_exclusion_reason",
              message="end reason 03, excluded, needs an exclusion reason",
              is_wrong=lambda rows: (rows.cancer_faster_diagnosis_pathway_end_reason == "03")
              & rows.cancer_faster_diagnosis_pathway_exclusion_reason.isnull()),
        Check(code="end_reason_without_date", column="cancer_faster_diagnosis_pathway_end_reason",
              message="the faster diagnosis pathway has an end reason and no end date",
              is_wrong=lambda rows: rows.cancer_faster_diagnosis_pathway_end_reason.notnull() & rows[TOLD].isnull()),
        Check(code="negative_adjustment", column="waiting_time_adjustment_first_seen",
              message="a waiting time adjustment is less than 0 days",
              is_wrong=lambda rows: rows.waiting_time_adjustment_first_seen < 0),
        Check(code="removed_before_referral", column="removal_date", message="it was removed before the referral was received",
              is_wrong=lambda rows: rows.removal_date < rows[RECEIVED]),
    ),
)  # fmt: skip
