"""The data elements of the NHS Data Dictionary that our columns are; a column that is not named here is a source's own or ours.

Source: NHS Data Dictionary, April/May 2026 release.
"""

# The elements whose own words are the column's: the name in capitals, its underscores blanks.
_ALIKE = """
activity_treatment_function_code appointment_date attended_or_did_not_attend_code first_attendance_code
outcome_of_attendance_code referral_to_treatment_period_status consultant_code priority_type_code consultation_medium_used
nhs_number local_patient_identifier person_birth_date ethnic_category index_of_multiple_deprivation_decile
patient_pathway_identifier cancer_referral_to_treatment_period_start_date
two_week_wait_cancer_or_symptomatic_breast_referral_type consultant_upgrade_date date_first_seen
cancer_or_symptomatic_breast_referral_patient_status cancer_faster_diagnosis_pathway_end_date
cancer_faster_diagnosis_pathway_end_reason cancer_faster_diagnosis_pathway_exclusion_reason tumour_laterality
person_death_date cancer_treatment_event_type cancer_treatment_period_start_date cancer_treatment_modality
hospital_provider_spell_identifier discharge_ready_date emergency_care_attendance_identifier
emergency_care_attendance_category emergency_care_department_type patient_classification_code intended_management_code
referral_request_received_date ward_code decided_to_admit_date elective_admission_type_code offered_for_admission_date
elective_admission_list_removal_reason_code earliest_clinically_appropriate_date
"""
_IN_OTHER_WORDS = {
    "organisation_site_identifier_of_treatment": "ORGANISATION SITE IDENTIFIER (OF TREATMENT)",
    "organisation_identifier_patient_pathway_identifier_issuer": "ORGANISATION IDENTIFIER (PATIENT PATHWAY IDENTIFIER ISSUER)",
    "sex": "PERSON STATED GENDER CODE",
    "source_of_referral_for_out_patients": "SOURCE OF REFERRAL FOR OUT-PATIENTS",
    "waiting_time_adjustment_first_seen": "WAITING TIME ADJUSTMENT (FIRST SEEN)",
    "waiting_time_adjustment_reason_first_seen": "WAITING TIME ADJUSTMENT REASON (FIRST SEEN)",
    "waiting_time_adjustment_treatment": "WAITING TIME ADJUSTMENT (TREATMENT)",
    "waiting_time_adjustment_reason_treatment": "WAITING TIME ADJUSTMENT REASON (TREATMENT)",
    "primary_diagnosis_icd": "PRIMARY DIAGNOSIS (ICD)",
    "multidisciplinary_team_discussion_date_cancer": "MULTIDISCIPLINARY TEAM DISCUSSION DATE (CANCER)",
    "cancer_care_spell_delay_reason_first_seen": "CANCER CARE SPELL DELAY REASON (FIRST SEEN)",
    "cancer_care_spell_delay_reason_referral_to_treatment": "CANCER CARE SPELL DELAY REASON (REFERRAL TO TREATMENT)",
    "cancer_care_spell_delay_reason_decision_to_treatment": "CANCER CARE SPELL DELAY REASON (DECISION TO TREATMENT)",
    "treatment_start_date_cancer": "TREATMENT START DATE (CANCER)",
    "cancer_care_setting_treatment": "CANCER CARE SETTING (TREATMENT)",
    "emergency_care_arrival_mode": "EMERGENCY CARE ARRIVAL MODE (SNOMED CT)",
    "emergency_care_attendance_source": "EMERGENCY CARE ATTENDANCE SOURCE (SNOMED CT)",
    "emergency_care_acuity": "EMERGENCY CARE ACUITY (SNOMED CT)",
    "emergency_care_chief_complaint": "EMERGENCY CARE CHIEF COMPLAINT (SNOMED CT)",
    "emergency_care_discharge_destination": "EMERGENCY CARE DISCHARGE DESTINATION (SNOMED CT)",
    "admission_method_code": "ADMISSION METHOD CODE (HOSPITAL PROVIDER SPELL)",
    "source_of_admission_code": "ADMISSION SOURCE (HOSPITAL PROVIDER SPELL)",
    "discharge_method_code": "DISCHARGE METHOD CODE (HOSPITAL PROVIDER SPELL)",
    "discharge_destination_code": "DISCHARGE DESTINATION CODE (HOSPITAL PROVIDER SPELL)",
    "start_date_hospital_provider_spell": "START DATE (HOSPITAL PROVIDER SPELL)",
    "discharge_date_hospital_provider_spell": "DISCHARGE DATE (HOSPITAL PROVIDER SPELL)",
}
# The dimensions' shorter names, of the same elements.
_SHORTER = {
    "consultant": "consultant_code",
    "priority": "priority_type_code",
    "site": "organisation_site_identifier_of_treatment",
}
_ELEMENTS = {name: name.replace("_", " ").upper() for name in _ALIKE.split()} | _IN_OTHER_WORDS


def element_of(column: str) -> str:
    """The data element that the column is; empty where it is none.

    >>> element_of("ward_code"), element_of("consultant"), element_of("theatre")
    ('WARD CODE', 'CONSULTANT CODE', '')
    """
    return _ELEMENTS.get(_SHORTER.get(column, column), "")
