"""Each rule of operating theatres as a sentence that can be read out (planned-care.md 7.2).

S3 is the NHS Data Dictionary; S10 the Model Health System's theatre metrics. What is only known practice is said to be so.
"""

from clockstop.rules.rule import Rule

_SENTENCES = {
    "R01": (
        "S10; the union is a reading",
        "Capped utilisation: the minutes of the cases inside the planned times of the list, of the planned minutes; two "
        "cases at once in one theatre count once.",
    ),
    "R02": (
        "S10",
        "Uncapped utilisation: all minutes of the cases, those before the start and after the end of the list too, of the "
        "planned minutes; it can be above 100%.",
    ),
    "R03": (
        "practice",
        "A list starts late by the minutes from its planned start to the first anaesthetic, and never by less than 0.",
    ),
    "R04": (
        "practice",
        "A list finishes early by the minutes from the last patient out to its planned end, and never by less than 0.",
    ),
    "R05": (
        "practice",
        "A list overruns by the minutes from its planned end to the last patient out, and never by less than 0.",
    ),
    "R06": (
        "practice",
        "The gap between two cases goes from one patient out to the next anaesthetic, and is never less than 0.",
    ),
    "R07": (
        "S10",
        "The utilisation of several lists is their minutes added up, divided by their planned minutes added up; it is not "
        "the mean of their percentages.",
    ),
    "R08": (
        "S3",
        "Sessions in which somebody was operated on, of all that were planned; a dropped session does not lower "
        "utilisation, so the two are shown together.",
    ),
    "R09": (
        "practice",
        "Cases for each four hours of planned time; several procedures in one visit to theatre are one case.",
    ),
    "R10": (
        "practice",
        "Operations cancelled on the day or after it, of those done and those so cancelled, parted into clinical reasons, "
        "the hospital's others and the patient's own.",
    ),
    "R11": (
        "the national 28-day guarantee",
        "Whoever the hospital cancels on the day for a non-clinical reason is to be treated within 28 days; the guarantee "
        "is broken from day 29 on.",
    ),
    "R12": (
        "British Association of Day Surgery",
        "Elective patients who were to go home on the day and did, of the elective spells for the procedure.",
    ),
}

RULES = {f"TH-{number}": Rule(id=f"TH-{number}", sentence=said, source=source) for number, (source, said) in _SENTENCES.items()}
