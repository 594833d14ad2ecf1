"""The worklists of beds: who lies on a ward that is not for them, and which records of beds are to be put right."""

from ibis import _

from clockstop.answers.worklist import ListColumn, ListFilter, ListGroup, Worklist
from clockstop.contracts.ward_codes import WARD_TYPE
from clockstop.rules.admissions import ADMISSION_CLASSES
from clockstop.rules.bed_faults import FAULTS

WARD = ListColumn(name="ward_name", heading="Ward")
WARD_CODE = ListColumn(name="ward_code", heading="Ward code", is_taken_only=True)
SITE = ListColumn(name="site", heading="Site", is_taken_only=True)

OUTLIERS = Worklist(
    slug="outliers",
    title="Who lies on a ward that is not for them?",
    name="Outliers",
    noun="patient",
    family="beds",
    table="inpatients_now",
    where=_.is_outlier,
    columns=(
        WARD,
        ListColumn(name="bed", heading="Bed", below="ward_name"),
        ListColumn(name="service", heading="Service", kind="service"),
        ListColumn(name="consultant", heading="Consultant", below="service"),
        ListColumn(name="is_medical_outlier", heading="Medical patient on a surgical ward", kind="truth"),
        ListColumn(name="ward_started_at", heading="On this ward since", kind="instant"),
        ListColumn(name="previous_ward_code", heading="Came from ward"),
        ListColumn(name="nights", heading="Nights", kind="number"),
        ListColumn(name="estimated_discharge_date", heading="Expected to leave", kind="date"),
        ListColumn(name="can_go_home", heading="Ready, or meets no criteria", kind="truth"),
        ListColumn(name="action", heading="Action of the round"),
        ListColumn(name="action_owner", heading="By", below="action"),
        ListColumn(name="activity_treatment_function_code", heading="Treatment function", is_taken_only=True),
        ListColumn(name="ward_type", heading="Kind of ward", kind="code", titles=WARD_TYPE, is_taken_only=True),
        ListColumn(name="move_number", heading="Moves so far", kind="number", is_taken_only=True),
        WARD_CODE,
        SITE,
    ),
    filters=(
        ListFilter(column="ward_name", label="Ward"),
        ListFilter(column="is_medical_outlier", label="Medical patient on a surgical ward", kind="truth"),
        ListFilter(column="can_go_home", label="Ready, or meets no criteria to reside", kind="truth"),
        ListFilter(column="consultant", label="Consultant", is_folded=True),
        ListFilter(column="nights", label="Nights", kind="range", is_folded=True),
        ListFilter(column="ward_code", label="Ward code", is_folded=True),
    ),
    groups=(
        ListGroup(slug="medical", title="Medical patients on surgical wards", truth=_.is_medical_outlier),
        ListGroup(slug="ready", title="Ready, or meet no criteria to reside", truth=_.can_go_home),
        ListGroup(slug="long", title="7 nights or more", truth=_.is_7_plus),
        ListGroup(slug="many_moves", title="Moved three times or more", truth=_.move_number >= 3),
        ListGroup(slug="no_expected_date", title="No expected date", truth=_.is_without_expected_date),
    ),
    order=("-nights",),
    breach=None,
    booked=_.action.notnull(),
    note="The treatment function of the patient is not among those that the ward is for. Assessment units, critical care and the "
    "lounge have no outliers; where a ward does not say what it is for, nobody can say.",
)

FAULTY = Worklist(
    slug="bed-faults",
    title="Which records of beds are to be put right?",
    name="Faults in the records of beds",
    noun="fault",
    family="beds",
    table="bed_faults",
    key=("trust", "bed_fault_identifier"),
    columns=(
        ListColumn(name="fault", heading="What is wrong", kind="code", titles=FAULTS),
        WARD,
        ListColumn(name="started_at", heading="Began", kind="instant"),
        ListColumn(name="ended_at", heading="Ended", kind="instant"),
        ListColumn(name="nights", heading="Nights", kind="number"),
        ListColumn(name="admission_class", heading="Admission", kind="code", titles=ADMISSION_CLASSES),
        ListColumn(name="is_current", heading="Open record", kind="truth"),
        ListColumn(name="changes_census", heading="May change a census", kind="truth", is_taken_only=True),
        ListColumn(name="ward_stay_identifier", heading="Ward stay", is_taken_only=True),
        ListColumn(name="hospital_provider_spell_identifier", heading="Spell", is_taken_only=True),
        WARD_CODE,
        SITE,
    ),
    filters=(
        ListFilter(column="fault", label="What is wrong", choices=FAULTS),
        ListFilter(column="ward_name", label="Ward"),
        ListFilter(column="is_current", label="Open record", kind="truth"),
        ListFilter(column="changes_census", label="May change a census", kind="truth", is_folded=True),
        ListFilter(column="start_date", label="Began", kind="range", is_folded=True),
        ListFilter(column="nights", label="Nights", kind="range", is_folded=True),
    ),
    groups=(
        ListGroup(slug="open", title="Records that are open", truth=_.is_current),
        ListGroup(slug="two_beds", title="Two beds or two spells at once", truth=_.fault.isin(["two_beds", "two_spells"])),
        ListGroup(
            slug="goes_on",
            title="Stays that go on after the spell, spells after death",
            truth=_.fault.isin(["after_spell", "open_after_death"]),
        ),
        ListGroup(slug="missing", title="Midnights without a stay", truth=_.fault.isin(["gap", "spell_open", "no_ward_stay"])),
        ListGroup(slug="pseudo_ward", title="In theatre, lounge or transport at midnight", truth=_.fault == "pseudo_ward"),
    ),
    order=("-is_current", "-start_date"),
    breach=None,
    note="Every fault is counted all the same, as the rules say: nothing is left out of a census. Of two stays at once the later "
    "holds the bed; a midnight between two stays is that of the ward before; a stay ends where its spell ends. Times are as sent.",
)

LISTS = (OUTLIERS, FAULTY)
