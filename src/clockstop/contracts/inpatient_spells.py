"""Every hospital provider spell by the hour, elective, emergency, maternity and other: what beds, stays and flow are counted from.

The dataset `spells` tells the clocks of elective pathways what became of an admission; this one tells who held a bed. Where one
extract has both, it is loaded as both.
"""

from dataclasses import replace

from clockstop.contracts.codes import INTENDED_MANAGEMENT
from clockstop.contracts.contract import Check, Column, Contract, ends_before
from clockstop.contracts.people import PATHWAY, PERSON, SERVICE
from clockstop.contracts.ward_codes import DISCHARGE_METHOD, PATIENT_CLASSIFICATION

CONTRACT = Contract(
    name="inpatient_spells",
    title="Inpatient spells, elective and emergency",
    key=("hospital_provider_spell_identifier",),
    window="spell_started_at",
    grouped_by="hospital_provider_spell_identifier",
    columns=(
        Column(name="hospital_provider_spell_identifier", type="text", meaning="the source's own record id", is_required=True),
        *(replace(column, is_required=False) for column in PATHWAY),
        Column(name="spell_started_at", type="instant", meaning="admitted", is_required=True, may_be_in_future=False,
               keeps_offset=True),
        Column(name="spell_ended_at", type="instant", meaning="discharged", keeps_offset=True),
        Column(name="admission_method_code", type="text", meaning="11 to 13 elective, 21 to 2D and 28 emergency, 31, 32 maternity",
               is_required=True, max_length=2),
        Column(name="source_of_admission_code", type="text", meaning="where the patient came from", max_length=2),
        Column(name="patient_classification_code", type="code", meaning="ordinary admission, day case or regular attender",
               codes=PATIENT_CLASSIFICATION),
        Column(name="intended_management_code", type="code", meaning="overnight or day case", codes=INTENDED_MANAGEMENT),
        Column(name="discharge_method_code", type="code", meaning="how the spell ended", codes=DISCHARGE_METHOD),
        Column(name="discharge_destination_code", type="text", meaning="19 home, 51 another hospital, 79 died, ...",
               max_length=2),
        Column(name="emergency_care_attendance_identifier", type="text", meaning="the attendance that led to it"),
        Column(name="estimated_discharge_date", type="date", meaning="the day on which the patient is expected to go home"),
        Column(name="estimated_discharge_date_set_at", type="instant", meaning="when such a day was first set", keeps_offset=True),
        Column(name="discharge_lounge_at", type="instant", meaning="went to the discharge lounge: the bed is free",
               keeps_offset=True),
        Column(name="take_home_medicines_ready_at", type="instant", meaning="the medicines to take home were ready",
               keeps_offset=True),
        Column(name="transport_booked_at", type="instant", meaning="transport home was booked", keeps_offset=True),
        Column(name="is_well_baby", type="truth", meaning="a well newborn: no patient for the census"),
        *SERVICE,
        *PERSON,
    ),
    checks=(
        Check(code="discharge_before_admission", column="spell_ended_at", message="the discharge is earlier than the admission",
              is_wrong=lambda rows: ends_before(rows, "spell_ended_at", "spell_started_at")),
    ),
)  # fmt: skip
