"""Each rule of the emergency department as a sentence that can be read out (operations.md 0.1 and 1.2 to 1.6).

VUIT is NHS England's guidance on time in the department. What is our own decision is said to be so.
"""

from clockstop.rules.rule import Rule

_SENTENCES = {
    "0.1-ELAPSED": (
        "practice",
        "Time in the department is the time that passed, not the difference of the clocks on the wall, and seconds are dropped.",
    ),
    "0.1-TWICE": (
        "our decision",
        "A time without an offset in the hour that came twice is its first coming, unless only the second fits between the events "
        "before and after it; it is flagged either way.",
    ),
    "0.1-NEVER": (
        "our decision",
        "A time in the hour that never came is read by Greenwich, so that 01:30 is 02:30 on the clocks put forward, and flagged.",
    ),
    "1.2-START": (
        "VUIT",
        "The clock of somebody who walks in starts at registration or at the first assessment, whichever is earlier.",
    ),
    "1.2-AMBULANCE": (
        "VUIT",
        "The clock of somebody brought by ambulance starts at the handover or 15 minutes after the ambulance came, whichever is "
        "earlier; with no handover recorded, 15 minutes after it came.",
    ),
    "1.2-STOP": (
        "VUIT",
        "The clock stops when an admitted, transferred or streamed patient leaves the department, and for others when the clinical "
        "episode ends; waiting for transport or social care that the hospital arranges keeps it running until they leave.",
    ),
    "1.2-LEFT": (
        "practice",
        "Somebody who leaves before being seen is an attendance; the clock stops when they leave or are found gone.",
    ),
    "1.2-VIRTUAL": (
        "practice; the local boundary is unsure",
        "A move on paper to another unit, while the patient stays in the department, does not stop the clock and is a fault.",
    ),
    "1.2-DATE": (
        "unsure",
        "An attendance counts on the local date on which its clock starts, or by a reading on that on which it stops.",
    ),
    "1.3-ARRIVAL": (
        "practice",
        "Over 12 hours from arrival is more than 720 minutes from the start of the clock to its stop, whatever the outcome.",
    ),
    "1.3-DECISION": (
        "practice",
        "Over 12 hours from the decision to admit is more than 720 minutes from it until an admitted patient leaves for a bed; a "
        "decision before arrival counts from the start of the clock.",
    ),
    "1.4-HANDOVER": (
        "NHS England",
        "A handover runs from the ambulance's arrival until care is accepted and the patient is off its trolley; it counts on the "
        "day on which it is completed, and one before the arrival or without an end is left out.",
    ),
    "1.6-STREAMED": (
        "practice",
        "Two records of one visit that was streamed from one department to another on a site are one attendance, from the first "
        "arrival to the last departure.",
    ),
    "1.6-NO-DEPARTURE": (
        "practice",
        "An attendance with no departure after 24 hours is closed as a fault of the data and has no time in the department.",
    ),
    "1.6-ASSESSMENT": (
        "practice",
        "An assessment before the clock starts counts 0 minutes; of somebody who walked in it is flagged.",
    ),
    "01": (
        "operations reference 1.5",
        "Of the unplanned attendances of types 1 to 4, those whose time in the department was 240 minutes or less.",
    ),
    "02": (
        "operations reference 1.5",
        "The 4-hour share of departments of one type alone; type 1 is the consultant-led department open all hours.",
    ),
    "03": (
        "operations reference 1.5",
        "The 4-hour share of those who were admitted, of those who were not, and of children, each on its own.",
    ),
    "04": (
        "operations reference 1.5",
        "Of the unplanned attendances of types 1 and 2, those who were in the department more than 720 minutes from the clock "
        "start, however it ended.",
    ),
    "05": (
        "operations reference 1.5",
        "The number of admitted patients who left more than 720 minutes after the decision to admit.",
    ),
    "06": (
        "operations reference 1.5",
        "Of the handovers completed, those within 15, 30, 45 and 60 minutes of the ambulance's arrival, and their mean.",
    ),
    "07": (
        "operations reference 1.5",
        "The hours by which handovers went beyond 15 minutes, and beyond 45, added up.",
    ),
    "08": (
        "operations reference 1.5",
        "Minutes from the clock start to the first assessment: the median, the 95th in a hundred, and the share within 15.",
    ),
    "09": (
        "operations reference 1.5",
        "Minutes from the clock start until first seen for treatment.",
    ),
    "10": (
        "operations reference 1.5",
        "Of the unplanned attendances, those who left before they were seen for treatment.",
    ),
    "11": (
        "operations reference 1.5",
        "Of the unplanned attendances, those that came back, for whatever cause, within 7 days of leaving the same trust.",
    ),
    "12": (
        "operations reference 1.5",
        "Of the admitted, those who left within 60 minutes of being clinically ready to proceed.",
    ),
    "13": (
        "operations reference 1.5",
        "Of the emergency take, those treated the same day without an admission.",
    ),
    "14": (
        "operations reference 1.5",
        "Of the attendances of type 1, those that ended in admission.",
    ),
    "15": (
        "operations reference 1.5",
        "Minutes from the request to a specialty until it saw the patient, within 30 and within 60; what is usual here is the "
        "trust's own standard.",
    ),
    "16": (
        "operations reference 1.5",
        "The number of attendances for mental health that lasted more than 12 and more than 24 hours.",
    ),
    "17": (
        "operations reference 1.5",
        "Patients in corridors and temporary spaces: their hours, each picture counting until the next, and their mean number.",
    ),
}  # fmt: skip
RULES = {
    f"UEC-{number}": Rule(id=f"UEC-{number}", sentence=sentence, source=source) for number, (source, sentence) in _SENTENCES.items()
}
