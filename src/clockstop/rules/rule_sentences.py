"""Each RTT rule and reading as a sentence that can be read to a caller: used by explain, the timeline and the docs.

Sources: S1 is NHS England, Recording and Reporting RTT waiting times, v5.0 (February 2025); S2 the RTT rules suite (October
2022); S3 the NHS Data Dictionary (2026); S5 the published return; S6 regional analysts' code; S9 NHSRtt; S13 the validation
letter (December 2022). A reading completes the guidance where it leaves room (domain reference 1.15).
"""

from clockstop.rules import (
    beds_sentences,
    cancer_sentences,
    diagnostic_sentences,
    discharge_sentences,
    emergency_sentences,
    outpatient_sentences,
    target_sentences,
    theatre_sentences,
)
from clockstop.rules.rule import Rule

_CLOCK_STARTS = {
    "R01": ("S1, S3", "The wait starts on the day the hospital received the referral."),
    "R02": ("S1", "The wait starts on the day the booking reference was used to book through the e-Referral Service."),
    "R03": ("S1", "No slot was free, so the wait starts on the day the referral reached the hospital's list of slot issues, "
                  "or on the day of an earlier booking under the same reference."),
    "R04": ("S1, S3", "The referral was rejected and sent on, which does not change the start of the wait."),
    "R05": ("S1", "The wait starts on the day the assessment or interface service received the referral."),
    "R06": ("S1", "A self-referral starts the wait on the day it was received, once a care professional has accepted it."),
    "R07": ("S1", "The second side has a wait of its own, from the day the patient was fit and ready for it."),
    "R08": ("S1", "A new or different treatment was decided, so a new wait starts on the day it was agreed."),
    "R09": ("S1", "The patient was referred again, so a new wait starts on the day the new referral was received."),
    "R10": ("S1", "After active monitoring a decision to treat was made, so a new wait starts on that day, at zero."),
    "R11": ("S1, later than S3", "The first appointment was missed. A new wait starts on the day the patient made contact to "
                                 "rebook, or the clinician decided to offer again if that was earlier."),
    "R12": ("S1, S3", "A referral for a separate condition has a wait of its own; the first one is not changed by it."),
    "R13": ("S1", "Coming as an emergency starts no wait; the elective referral that follows does, on the day it is received."),
    "R14": ("S1; the date is practice", "The planned treatment did not happen by its due date, so a wait starts on that date."),
    "R15": ("S1", "The patient came from another hospital and keeps the start of the wait from there."),
    "R16": ("S1", "On moving to an English commissioner the wait starts on the day the new hospital receives the referral."),
    "R17": ("S3", "Being booked into the wrong clinic, or redirected within the hospital, neither stops nor restarts the wait."),
    "R18": ("S3", "A status that means 'not applicable' neither stops a running wait nor starts one; the record is to be checked."),
}  # fmt: skip

_CLOCK_STOPS = {
    "R20": ("S1, S3", "The wait ended on the day that treatment started."),
    "R21": ("S1", "Treatment as an inpatient or a day case ends the wait on the day of admission; deciding on it does not."),
    "R22": ("S1", "An admission for tests, or one at which the procedure was not done, does not end the wait; "
                  "deciding after it that no admission is needed does."),
    "R23": ("S1", "The wait ended on the day the patient was told of being on a transplant list."),
    "R24": ("S1", "The wait ended on the day the patient was told that no treatment is needed, or was returned to the GP."),
    "R25": ("S1", "The wait ended on the day that active monitoring was agreed with the patient."),
    "R26": ("S1", "The wait ended on the day the patient said that they decline all treatment that was offered."),
    "R27": ("S3", "The wait ended on the day the patient died, whenever the hospital was told."),
    "R28": ("S1; S3 for suspected cancer", "The first appointment was missed although it had been clearly communicated, "
                                           "so this wait is taken out of the count."),
    "R29": ("S1", "A missed appointment does not end the wait, unless a discharge to the GP with every safeguard follows."),
    "R30": ("S1", "Cancelling or moving an appointment, by the patient or by the hospital, does not change the wait."),
    "R31": ("S1", "Time to think for a few days is part of the wait."),
    "R32": ("S1, S2", "The wait is never paused; declining a date does not change it."),
    "R33": ("S1", "On a transfer the wait goes on; the hospital that now has the clinical responsibility reports it."),
}  # fmt: skip

_COUNTING = {
    "R40": ("S1 10.1.7, S5", "A wait is counted in whole days from the day of the start, day 0, and banded in weeks rounded up."),
    "R41": ("S1, S5", "126 days are within 18 weeks; a 52-week wait is one of more than 364 days."),
    "R42": ("S1", "A wait is on the list at month end when it has started by then and has not ended."),
    "R43": ("S1, S5", "A wait that ended in the month counts as completed: as admitted where admission for treatment ended it."),
    "R44": ("S1", "A new wait counts in the month in which it started, also where it ended in that month."),
    "R45": ("S1", "Performance is the share of those waiting who have waited 18 weeks or less."),
    "R46": ("S1 Annex C, S6", "A service is reported under its national treatment function."),
    "R47": ("S1", "The start of the wait is not known. It is reported as unknown until it has been traced."),
    "R48": ("S1 Annex B", "The monthly return must pass the central checks."),
    "R49": ("S9", "What came on and what went off the list must explain how it changed."),
    "R50": ("S6, S13", "A patient who has waited more than 12 weeks, with nothing recent or soon, is validated every 12 weeks."),
    "R51": ("established practice, S6", "A record with a fault is flagged."),
    "R52": ("S6", "Where a patient stands, before or after the first appointment or for admission, follows from the record."),
    "R53": ("S6", "The wait to the first appointment is counted for those who have not been seen since their wait started."),
    "R54": ("S1", "The return is due on the 13th working day after the month ends."),
    "R55": ("established practice", "A median or percentile is read off the bands by a straight line within the band."),
    "R56": ("S1", "Whoever will be over so many weeks by a day, if not treated, belongs to that day's cohort."),
}  # fmt: skip

_READINGS = {
    "1": "Events count by their day; within a day starts come first, then what continues, then stops.",
    "2": "Where no clock ran that morning, a start and a stop on one day make one wait of no days.",
    "3": "Where a clock ran that morning, what comes on the day that it stops still meets it; only a new start follows.",
    "4": "The wait had already ended; what came later does not end it again.",
    "5": "Waits are numbered by their start.",
    "6": "A wait that stops on the day of the count has stopped.",
    "7": "The first referral started the wait; a further one for the same condition changes nothing.",
    "8": "After a wait that ended, a new referral starts a new one on its own day.",
    "9": "A re-referral starts a wait whenever none is running.",
    "10": "A self-referral that nobody has accepted yet starts nothing.",
    "11": "The patient came back from the other hospital; the wait goes on with the start that it had.",
    "12": "A planned date that passed starts a wait only where none is running.",
    "13": "A second side starts a wait once, and only after the first side was treated.",
    "14": "A new treatment starts a wait only after one that has ended.",
    "15": "A decision to treat starts a wait only while active monitoring is in force; a discharge or treatment ends that.",
    "16": "The first activity after active monitoring starts a wait, unless the decision to treat has already done so.",
    "17": "The referral set the start of the wait; the first activity does not change it.",
    "18": "Booking an appointment neither starts nor stops a wait. After a missed first appointment only contact to rebook, or "
          "the clinician's decision to offer again, starts a new one.",
    "19": "A separate condition has a wait of its own beside the first.",
    "20": "No wait was running, so this changes nothing.",
    "21": "The patient was seen and more is to come, so the wait goes on.",
    "22": "The wait ended on the day of what ended it.",
    "23": "Deciding that no admission is needed ends a wait only after an admission for tests or one at which nothing was done.",
    "24": "A discharge without the safeguards, after a missed or cancelled appointment, does not end the wait.",
    "25": "Nothing after the death changes the record.",
    "26": "Only the first appointment after the referral, missed before any care, takes the wait out of the count.",
    "27": "A missed first appointment takes only the pathway's first wait out of the count; a later wait goes on.",
    "28": "This does not change the wait, which goes on.",
    "29": "Two waits run under one number, and only a death would end both: they are marked to be told apart.",
    "B": "The guidance does not settle this case. The least surprising reading was taken and the record is marked to be checked.",
}  # fmt: skip


def _rules() -> dict[str, Rule]:
    numbered = {f"RTT-{number}": row for number, row in (_CLOCK_STARTS | _CLOCK_STOPS | _COUNTING).items()}
    rules = {rule_id: Rule(id=rule_id, sentence=sentence, source=source) for rule_id, (source, sentence) in numbered.items()}
    readings = {f"RTT-1.15-{number}": sentence for number, sentence in _READINGS.items()}
    source = "Reading of the guidance (domain reference 1.15)"
    return rules | {rule_id: Rule(id=rule_id, sentence=sentence, source=source) for rule_id, sentence in readings.items()}


_FAMILIES = (
    cancer_sentences, diagnostic_sentences, emergency_sentences, beds_sentences, outpatient_sentences, theatre_sentences,
    target_sentences, discharge_sentences,
)  # fmt: skip
RULES = _rules() | {rule_id: rule for family in _FAMILIES for rule_id, rule in family.RULES.items()}


def sentence(rule_id: str) -> str:
    """What the rule says; empty for an id that is no rule.

    >>> sentence("RTT-R21")
    'Treatment as an inpatient or a day case ends the wait on the day of admission; deciding on it does not.'
    """
    return RULES[rule_id].sentence if rule_id in RULES else ""
