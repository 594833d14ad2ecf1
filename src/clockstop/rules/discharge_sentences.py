"""Each rule of discharge and readmission as a sentence that can be read out (operations.md 2.3, 2.4 and 2.6)."""

from clockstop.rules.rule import Rule

READY = "NHS England, discharge ready date collection"
SAFER = "SAFER patient flow bundle"
_SENTENCES = {
    "05": (
        READY,
        "Of the stays of a night or more that ended alive, those that ended on their discharge-ready date; without a valid date a "
        "stay lowers the completeness and stands in no measure of delay.",
    ),
    "06": (
        READY,
        "The mean delay is days from the ready date to the discharge, once over all who were measured and once over the delayed "
        "alone; both are shown.",
    ),
    "07": (READY, "A delay falls into one band: 1 day, 2 to 3, 4 to 6, 7 to 13, 14 to 20, or 21 days and more."),
    "08": (
        "NHS England, criteria to reside",
        "Of the adult general and acute beds occupied at a midnight, those of patients judged that day not to meet the criteria to "
        "reside. It looks at beds and the ready date at stays that are over: they do not agree.",
    ),
    "09": (
        SAFER,
        "A discharge is before noon where the patient left the ward strictly before 12:00, and before 5 pm strictly before 17:00.",
    ),
    "10": (
        "practice",
        "The weekend ratio is Saturday's and Sunday's discharges divided by 2, over those of weekdays divided by 5; a bank holiday "
        "on a weekday stays a weekday, and is flagged.",
    ),
    "11": (
        SAFER,
        "Board rounds held of those expected; an expected date set within 24 hours; left within a day of it; red days of those "
        "judged red or green.",
    ),
    "15": (
        "known",
        "A patient who left alive was readmitted where the very next admission is an emergency from 0 to 29 days after the "
        "discharge.",
    ),
    "2.3-READY": (
        "NHS England; the order is practice",
        "The ready date is the last that was set and not withdrawn and lies within the stay; a withdrawal takes back what stood on "
        "its day, and rows count in the order in which they were written down.",
    ),
    "2.3-LOUNGE": (
        "practice; a reading",
        "Going to the discharge lounge frees the bed and is not the discharge: both times are kept.",
    ),
    "2.3-UNKNOWN": ("practice", "A patient's day that nobody assessed is unknown; it is not green."),
    "2.3-NOW": (
        "our decision",
        "On a board the colour is today's; criteria to reside and action are those last said within a week, and say their day.",
    ),
    "2.4-STAY": (
        "practice",
        "Out to another hospital and back by transfer is one stay, and so is a transfer on the day of the discharge.",
    ),
    "2.4-INDEX": (
        "known; the next admission after a day case is a reading",
        "Deaths, day cases, regular attenders, maternity and well babies are no index discharges; a readmission may be one. A day "
        "case in between is the next admission, a regular attendance is passed over.",
    ),
}  # fmt: skip

RULES = {
    f"FLO-{number}": Rule(id=f"FLO-{number}", sentence=sentence, source=source) for number, (source, sentence) in _SENTENCES.items()
}
