"""The fact tables of beds: spells, ward stays, midnights and faults (operations.md 2)."""

from clockstop.rules.admission_days import admission_days
from clockstop.rules.bed_faults import bed_faults
from clockstop.rules.bed_spells import SPELL, inpatient_stays
from clockstop.rules.bed_stays import STAY, bed_stays
from clockstop.rules.beds_now import bed_stays_now, inpatient_stays_now
from clockstop.rules.fact import Fact
from clockstop.rules.virtual_wards import virtual_ward_nights
from clockstop.rules.ward_nights import ward_nights

FACTS = (
    Fact(
        name="inpatient_stays",
        title="Hospital stays",
        row="a spell, open or ended",
        needs=("inpatient_spells", "virtual_ward_stays"),
        build=inpatient_stays,
        order=("started_at", SPELL),
    ),
    Fact(
        name="bed_stays",
        title="Ward stays",
        row="a stay on a ward, mended so that a patient holds one bed at a time",
        needs=("ward_stays", "inpatient_stays", "wards"),
        build=bed_stays,
        order=("started_at", SPELL, STAY),
    ),
    Fact(
        name="ward_nights",
        title="Wards at midnight",
        row="a ward at a midnight",
        needs=("bed_stays", "inpatient_stays", "wards", "ward_bed_states", "ward_patient_days"),
        build=ward_nights,
        order=("day", "ward_code"),
    ),
    Fact(
        name="virtual_ward_nights",
        title="Virtual wards at midnight",
        row="a virtual ward at a midnight",
        needs=("virtual_ward_stays", "bed_stays", "wards"),
        build=virtual_ward_nights,
        order=("day", "ward_code"),
    ),
    Fact(
        name="admission_days",
        title="Admissions and discharges by day",
        row="a treatment function and site on a day: who came and who went; or its plan for the day",
        needs=("inpatient_stays", "activity_plans"),
        build=admission_days,
        order=("day", "activity_treatment_function_code", "site"),
    ),
    Fact(
        name="bed_faults",
        title="Faults in the records of beds",
        row="a fault of a ward stay or a spell",
        needs=("bed_stays", "inpatient_stays"),
        build=bed_faults,
        order=("start_date", "hospital_provider_spell_identifier", "bed_fault_identifier"),
    ),
    Fact(
        name="inpatient_stays_now",
        title="Hospital stays of now",
        row="a spell that is open, or ended today or yesterday",
        needs=("inpatient_spells", "virtual_ward_stays"),
        build=inpatient_stays_now,
        order=("started_at", SPELL),
        is_live=True,
    ),
    Fact(
        name="bed_stays_now",
        title="Ward stays of now",
        row="a ward stay of such a spell",
        needs=("ward_stays", "inpatient_stays_now", "wards"),
        build=bed_stays_now,
        order=("started_at", SPELL, STAY),
        is_live=True,
    ),
)
