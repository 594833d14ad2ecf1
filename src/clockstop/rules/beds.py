"""The fact tables of beds: spells, ward stays, midnights and faults (operations.md 2)."""

from clockstop.rules.bed_spells import SPELL, inpatient_stays
from clockstop.rules.bed_stays import STAY, bed_stays
from clockstop.rules.fact import Fact

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
)
