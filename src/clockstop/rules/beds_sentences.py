"""Each rule of beds as a sentence that can be read out (operations.md 2.1 to 2.7)."""

from clockstop.rules.rule import Rule

_SENTENCES = {
    "2.1-CLASS": (
        "NHS Data Dictionary",
        "An admission is elective (11 to 13), an emergency (21 to 2D, 28), maternity (31, 32) or other; births are neither "
        "elective "
        "nor emergencies, but for a baby born at home as intended.",
    ),
    "2.1-FLOW": (
        "practice",
        "Measures of the flow of adults leave out maternity, births, well babies, children, day cases and regular day attenders.",
    ),
    "2.2-STAY": (
        "known",
        "A stay is as long as the midnights between its first and its last date; a clock change never alters it.",
    ),
    "2.2-CENSUS": (
        "NHS England, bed returns; the last instant is a decision",
        "A patient is in at the midnight that ends a day if admitted by that day and not discharged by it; who left at 00:00:00 "
        "was "
        "still in. Day cases, well babies, patients on home leave and on virtual wards are not counted.",
    ),
    "2.2-LONG": ("NHS England, daily bed sitrep", "Patients of 21 days or more are among those of 14 or more, and those among 7 "
    "or more."),
    "2.2-OPEN": (
        "NHS England, bed returns",
        "Available are beds open and staffed, by the ward's last bed state at or before midnight that is not too old, else by "
        "the bed "
        "base of that day; escalation beds count while they are open.",
    ),
    "2.2-OCCUPANCY": (
        "KH03",
        "Occupancy is all occupied beds over all available beds of the period, divided once, and may be above 100%.",
    ),
    "2.4-OUTLIER": (
        "practice",
        "An outlier lies on a ward that is not for the patient's treatment function; assessment units, critical care and "
        "lounges have "
        "none.",
    ),
    "2.4-MOVES": ("practice", "A move is from one ward to another; after 22:00 it is out of hours, and three in one stay are "
    "many."),
    "2.4-VIRTUAL": (
        "NHS England, virtual wards",
        "A virtual ward's patients are in no hospital bed: a step down ends the bed stay, though the spell may go on.",
    ),
    "2.7-OVERLAP": ("decision", "Of two ward stays at one midnight the one begun last holds the bed; both are marked."),
    "2.7-GAP": ("decision; a reading", "A midnight between two ward stays is that of the ward before, and is marked."),
    "2.7-END": ("decision", "A ward stay that goes on after its spell ended ends with the spell, and is marked."),
    "2.7-DEATH": ("decision", "A spell that is open after the patient's death counts as long as a ward stay goes on, and is "
    "marked."),
    "2.7-PSEUDO": (
        "decision; a reading",
        "A patient in theatre, discharge lounge or transport at midnight is in hospital and in no bed, and is marked; a visit "
        "while the "
        "ward bed is kept is that ward's.",
    ),
    "2.7-BASE": (
        "operations reference 2.7",
        "The bed base of a day is that which held on the day: a ward made core later was escalation before.",
    ),
    "2.7-FROZEN": (
        "operations reference 2.7",
        "A census that has been published stays as it is in its snapshot; a later refresh counts the same midnights as they are "
        "known "
        "then.",
    ),
    "01": (
        "operations reference 2.6",
        "Beds occupied at midnight over beds open and staffed, each added up over days and wards before they are divided; above "
        "100% is shown.",
    ),
    "02": (
        "operations reference 2.6",
        "Patients in general and acute beds at midnight who have stayed 7, 14 and 21 days or more, each number within the one "
        "before.",
    ),
    "03": (
        "operations reference 2.6",
        "The mean nights of spells of one night or more that ended.",
    ),
    "04": (
        "operations reference 2.6",
        "Of the emergency spells that ended, those of no night.",
    ),
    "12": (
        "operations reference 2.6",
        "Patients at midnight whose treatment function is not the ward's, and moves between wards late in the evening or for "
        "the third time.",
    ),
    "13": (
        "operations reference 2.6",
        "Beds closed at midnight, for infection and for other reasons.",
    ),
    "14": (
        "operations reference 2.6",
        "Patients on the caseload of virtual wards at midnight over their capacity; never among hospital beds.",
    ),
    "16": (
        "operations reference 2.6",
        "Emergency admissions, beside the plan where there is one, and admissions less discharges of a day.",
    ),
    "18": (
        "operations reference 2.6",
        "Operations cancelled on the day for want of a bed, and those of them not done within 28 days.",
    ),
    "19": (
        "operations reference 2.6",
        "Of the patients who left critical care, those who left more than 4 hours after they were ready.",
    ),
    "20": (
        "operations reference 2.6",
        "Stays in mixed-sex accommodation without a clinical reason.",
    ),
}  # fmt: skip

RULES = {
    f"FLO-{number}": Rule(id=f"FLO-{number}", sentence=sentence, source=source) for number, (source, sentence) in _SENTENCES.items()
}
