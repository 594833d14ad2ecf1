"""Codes of emergency care that more than one contract or rule uses, each once (operations.md 1.1, Emergency Care Data Set)."""

DEPARTMENT_TYPE = {
    "01": "Type 1: consultant-led, 24 hours, full resuscitation",
    "02": "Type 2: consultant-led, one specialty",
    "03": "Type 3: minor injury unit, urgent treatment centre or other",
    "04": "Type 4: walk-in centre",
    "05": "Same day emergency care",
}

ATTENDANCE_CATEGORY = {
    "1": "Unplanned, first attendance",
    "2": "Unplanned follow-up, this department, within 7 days",
    "3": "Unplanned follow-up of another department",
    "4": "Planned follow-up",
}

ARRIVAL_MODE = {
    "ambulance": "Ambulance, by road or air",
    "walk_in": "On foot, by own or public transport",
    "police": "Brought by the police or prison service",
    "other": "Another way",
}

ACUITY = {"1": "Immediate", "2": "Very urgent", "3": "Urgent", "4": "Standard", "5": "Non-urgent"}

ATTENDANCE_OUTCOME = {
    "admitted": "Admitted to this hospital",
    "discharged": "Discharged",
    "transferred": "Transferred to another provider",
    "streamed": "Streamed to another service of this hospital",
    "left_before_assessment": "Left before the initial assessment",
    "left_before_treatment": "Left before being seen for treatment",
    "left_refused": "Left, having refused treatment",
    "died": "Died in the department",
    "dead_on_arrival": "Dead on arrival",
}

# What a patient whose clinical care has ended still waits for (operations.md 1.2).
WAIT_REASON = {
    "none": "Nothing",
    "private_transport": "Family or own transport",
    "hospital_transport": "Transport that the hospital arranges",
    "social_care": "Social-care support",
}

AREA = {
    "resus": "Resuscitation",
    "majors": "Majors",
    "minors": "Minors",
    "paediatrics": "Children",
    "waiting_room": "Waiting room",
    "ambulance_bay": "Ambulance bay",
    "corridor": "Corridor",
    "escalation": "Temporary escalation space",
    "assessment": "Assessment area",
    "sdec": "Same day emergency care",
    "mental_health": "Mental health room",
}
# Care in these is what UEC-17 counts: spaces that were not built for it.
TEMPORARY_AREAS = ("corridor", "escalation")
