"""Hospital provider spells: admissions, and whether what was intended was done."""

from clockstop.contracts.codes import RTT_PERIOD_STATUS
from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.people import PATHWAY, SERVICE

CONTRACT = Contract(
    name="spells",
    title="Hospital provider spells",
    key=("hospital_provider_spell_identifier",),
    window="start_date_hospital_provider_spell",
    columns=(
        Column(name="hospital_provider_spell_identifier", type="text", meaning="the source's own record id",
               is_required=True),
        *PATHWAY,
        Column(name="start_date_hospital_provider_spell", type="date", meaning="admitted", is_required=True,
               may_be_in_future=False),
        Column(name="discharge_date_hospital_provider_spell", type="date", meaning="left the hospital"),
        Column(name="admission_method_code", type="text", meaning="11 to 13 elective, 21 to 2D emergency", max_length=2),
        Column(name="spell_result", type="code", meaning="what was done",
               codes={"treated": "The treatment was given", "diagnostic": "Diagnostic or preparation only",
                      "not_done": "The procedure was not done", "not_needed": "Decided that no admission is needed"}),
        Column(name="no_admission_needed_date", type="date", meaning="decided that no admitted treatment is needed"),
        Column(name="referral_to_treatment_period_status", type="code", meaning="RTT period status",
               codes=RTT_PERIOD_STATUS),
        *SERVICE,
    ),
    checks=(
        Check(code="discharge_before_admission", column="discharge_date_hospital_provider_spell",
              message="the discharge is earlier than the admission",
              is_wrong=lambda rows: rows.discharge_date_hospital_provider_spell < rows.start_date_hospital_provider_spell),
    ),
)  # fmt: skip
