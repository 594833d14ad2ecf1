"""Code lists of outpatient clinics and rooms that more than one contract or fact uses, each once."""

# NHS Data Dictionary, CONSULTATION MEDIUM USED.
CONSULTATION_MEDIUM = {
    "01": "Face to face",
    "02": "Telephone",
    "03": "Video",
    "04": "Talk type for a person unable to speak",
    "05": "Email",
    "06": "Text message",
    "98": "Other",
}

SLOT_TYPE = {
    "new_routine": "New, routine",
    "new_urgent": "New, urgent",
    "new_suspected_cancer": "New, urgent suspected cancer",
    "follow_up": "Follow-up",
    "post_operative": "After an operation",
    "pifu": "Patient initiated follow-up",
    "procedure": "Procedure",
    "virtual": "By telephone or video",
    "advice": "Advice and guidance",
}

SESSION_STATUS = {
    "held": "Held, or to be held",
    "cancelled_provider": "Cancelled by the hospital",
    "cancelled_other": "Not held for another reason",
}

RISK_CATEGORY = {"high": "High: harm is likely if it is late", "medium": "Medium", "low": "Low"}

ROOM_TYPE = {
    "consulting": "Consulting room",
    "treatment": "Treatment or procedure room",
    "specialist": "Specialist room: eye lane, booth, plaster, scan",
    "virtual": "Room for telephone and video clinics",
    "other": "Other",
}

# OP-R13: what the minutes of use are measured by; each room says which.
USE_SOURCE = {
    "check_in": "Check-in: each patient seen to left",
    "room_system": "Room system: in use from and to",
    "first_to_last": "First start to last end of the clinic",
}

BOOKING_PURPOSE = {
    "clinic": "A clinic",
    "other": "Teaching, a meeting or another use",
    "closed": "Closed: repairs or no staff; it leaves the open minutes",
}

ADVICE_CHANNEL = {"pre_referral": "Before a referral", "post_referral": "Triage of a referral"}
ADVICE_OUTCOME = {
    "returned_with_advice": "Returned with advice",
    "converted": "Converted to a referral",
    "straight_to_test": "Sent straight to test",
    "redirected": "Sent to another service",
}
PIFU_TYPE = {"long_term": "Within a long-term condition", "discharge": "Discharged to PIFU"}
