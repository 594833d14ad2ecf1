"""Each cancer waiting times rule as a sentence that can be read to a caller: the timeline and the docs use them.

S3 is the NHS Data Dictionary (2026); S4 the national cancer waiting times data set guidance, v12.1 (July 2025); S16 the breach
allocation guidance (2016). What is practice, or unsure, says so.
"""

from clockstop.rules.rule import Rule

_SENTENCES = {
    "R01": ("S4", "From the referral, the patient is told within 28 days whether it is cancer. The wait to be told is over."),
    "R02": ("S4", "From the decision to treat, the treatment starts within 31 days."),
    "R03": ("S4", "From the referral or upgrade, the first treatment starts within 62 days."),
    "R04": ("S3", "The 28 and the 62 days start on the day the referral was received, or the booking reference was used."),
    "R05": ("practice", "The 28 and the 62 days start on the day the hospital received the screening referral."),
    "R06": ("S3; the limit is practice", "An upgrade by a consultant starts the 62 days, not the 28, for a patient who is not on "
                                         "them yet, and only up to the decision to treat."),
    "R07": ("S3, S4", "The 28 days end when the patient is told, or at a decision to treat made before that; "
                      "neither a report nor a team's discussion ends them."),
    "R08": ("S3; the days are practice", "Moving the first appointment beforehand changes nothing. Where it was missed, the days "
                                         "from the referral to the rebooking are deducted from the 28 and the 62 days; not from "
                                         "the 62 days of an upgrade, which began later."),
    "R09": ("S3; the days are practice", "Before a treatment in hospital, the days from a declined date to the day the patient is "
                                         "available are deducted from the 31 and the 62 days."),
    "R10": ("practice", "Nothing else is deducted: no tests put off, time to think, illness, lack of capacity or holidays."),
    "R11": ("S3", "The first appointment was missed. The cancer clocks go on, unlike the 18-week clock."),
    "R12": ("practice", "A treatment for which the patient is admitted starts on the day of admission. Enabling surgery, "
                        "palliative care and active monitoring count as treatment."),
    "R13": ("S3", "Each later treatment has 31 days of its own, from its own decision or from the earliest day on which it is "
                  "clinically appropriate."),
    "R14": ("practice", "Cancer is ruled out, so the 62 days end. The 18-week clock goes on from the same referral."),
    "R15": ("unsure", "For acute leukaemia, testicular and children's cancers the aim is treatment within 31 days of referral."),
    "R16": ("practice", "A pathway shared between hospitals is counted in halves."),
    "R17": ("S16; the matrix is practice", "The patient moved between hospitals. The hospital that transfers has until day 38, the "
                                           "one that treats has 24 days from then."),
}  # fmt: skip

_READINGS = {
    "2.2": "A record that is excluded, or that ends before the patient is told, leaves the count of the 28 days.",
    "2.3": "The clock ended without treatment and does not count: the patient declined all treatment, died or left the pathway.",
    "2.4": "A second start while the clock runs changes nothing; the record is marked to be checked for a duplicate.",
}


def _rules() -> dict[str, Rule]:
    rules = {
        f"CWT-{number}": Rule(id=f"CWT-{number}", sentence=text, source=source) for number, (source, text) in _SENTENCES.items()
    }
    source = "Reading of the guidance (domain reference, section 2)"
    return rules | {f"CWT-{number}": Rule(id=f"CWT-{number}", sentence=text, source=source) for number, text in _READINGS.items()}


RULES = _rules()
