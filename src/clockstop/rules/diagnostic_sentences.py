"""Each diagnostic (DM01) rule and reading as a sentence that can be read to a caller.

Sources: S1 is NHS England, Recording and Reporting RTT waiting times, v5.0; S3 the NHS Data Dictionary; S6 regional analysts' code;
S7 the published DM01 extract. What is only known practice is said to be so.
"""

from clockstop.rules.rule import Rule

_SENTENCES = {
    "R01": ("S3", "The wait for a test starts on the day it was requested, not when that was received or vetted; where it "
                  "is booked through e-Referral, on the day of the booking reference or of the slot issue."),
    "R02": ("S7, S6", "Six weeks are missed on day 42. Weeks are rounded down, unlike those of the 18-week wait."),
    "R03": ("practice; S3 knows of resets", "The patient missed or cancelled the appointment, so the wait for the test starts "
                                            "again from that appointment's date. The 18-week wait is not changed by it."),
    "R04": ("practice", "One refused date changes nothing. After two reasonable dates, each with three weeks' notice, the wait "
                        "starts again from the first of them."),
    "R05": ("S1 5.2; the date is practice", "A planned or surveillance test is not on the waiting list until it is due; if it is "
                                            "not done by then, a wait starts on the due date."),
    "R06": ("practice", "The hospital cancelled, the equipment failed or the patient was not fit: the wait goes on unchanged."),
    "R07": ("practice; repeats are unsure", "The wait ends when the test is done. A test that was abandoned and must be repeated "
                                            "keeps its wait."),
    "R08": ("S7; the second part is practice", "Each test has a wait of its own; a second request for the same test has none."),
    "R09": ("practice", "Tests of inpatients and in emergencies, of screening programmes, in pregnancy, mainly for treatment, and "
                        "of private patients are not on this list."),
    "R10": ("practice", "A test that also treats is counted while finding out is its main purpose."),
}  # fmt: skip

_READINGS = {
    "1": "The test was waited for already, or done, when its due date came.",
    "2": "By the reading that is set here this does not start the wait again.",
    "3": "The date was offered with less than three weeks' notice, so refusing it does not count.",
    "4": "The request was taken off the list without the test, and the wait ended.",
    "5": "This is dated before the request itself: one of the dates is wrong, and no wait is counted until that is put right.",
    "6": "The test was done, or the request taken off the list, before this.",
    "7": "Vetting, booking and reporting do not change the wait.",
}


def _rules() -> dict[str, Rule]:
    rules = {f"DM-{number}": Rule(id=f"DM-{number}", sentence=text, source=source) for number, (source, text) in _SENTENCES.items()}
    source = "Reading of the guidance (domain reference, 3.2)"
    return rules | {
        f"DM-3.2-{number}": Rule(id=f"DM-3.2-{number}", sentence=text, source=source) for number, text in _READINGS.items()
    }


RULES = _rules()
