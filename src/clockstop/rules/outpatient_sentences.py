"""Each rule of outpatients and rooms as a sentence that can be read out (planned-care.md 6.2).

S1 is NHS England, Recording and Reporting RTT waiting times, v5.0; S3 the NHS Data Dictionary. What is only known practice is said
to be so.
"""

from clockstop.rules.rule import Rule

_SENTENCES = {
    "R01": (
        "S3; the share is practice",
        "Did not attend: appointments that the patient missed, or came too late for, of all that were kept or missed; "
        "cancelled ones are left out.",
    ),
    "R02": (
        "S3; the share is practice",
        "Appointments that the patient cancelled, of all that were booked in the period.",
    ),
    "R03": (
        "S3; the share is practice",
        "Appointments that the hospital cancelled, of all that were booked in the period, and those among them with less "
        "than six weeks' notice.",
    ),
    "R04": (
        "practice",
        "Slots with a live booking when the clinic starts, of the slots that were open and not blocked in the sessions "
        "held; more than one patient in a slot can bring it above 100%.",
    ),
    "R05": (
        "practice",
        "Slots whose patient came, of the slots that were open and not blocked in the sessions held.",
    ),
    "R06": (
        "practice",
        "Follow-up attendances for each first attendance, shown as 1 to so many; only attended appointments count, and a "
        "first that was missed and then attended is still the first.",
    ),
    "R07": (
        "S3",
        "Attendances by telephone or video, of all attendances.",
    ),
    "R08": (
        "practice",
        "Patients moved or discharged to patient initiated follow-up in the month, of all outpatient attendances in the month.",
    ),
    "R09": (
        "practice",
        "Requests for specialist advice that were answered, for every 100 first attendances.",
    ),
    "R10": (
        "practice; the days are set here",
        "Requests that ended with advice and were not followed by a referral within the days that are set, of all that "
        "were answered.",
    ),
    "R11": (
        "NHS England, 2024/25 priorities and operational planning guidance",
        "First attendances, and follow-ups with a procedure, of all attendances.",
    ),
    "R12": (
        "S1 5.2.1; the buckets are practice",
        "A follow-up is overdue once its latest clinically appropriate date has passed, even where it is booked for "
        "later; overdue ones are a share of all that are open.",
    ),
    "R13": (
        "practice",
        "Minutes in which a room was used within its open hours, of its open minutes; two uses at once count once.",
    ),
    "R14": (
        "practice",
        "Minutes for which a room was booked within its open hours, of its open minutes.",
    ),
    "R15": (
        "practice",
        "Clinic sessions that the hospital cancelled with less than six weeks' notice, of all that were scheduled.",
    ),
    "R16": (
        "practice",
        "Past appointments for which no outcome is recorded five working days later, of all past appointments.",
    ),
}

RULES = {f"OP-{number}": Rule(id=f"OP-{number}", sentence=said, source=source) for number, (source, said) in _SENTENCES.items()}
