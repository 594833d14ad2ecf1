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
}  # fmt: skip
RULES = {
    f"UEC-{number}": Rule(id=f"UEC-{number}", sentence=sentence, source=source) for number, (source, sentence) in _SENTENCES.items()
}
