"""Code lists of theatre sessions and cases; local systems have their own, which a mapping brings to these."""

SESSION_TYPES = {"elective": "Elective", "trauma": "Trauma", "emergency": "Emergency"}

# A session that stood as planned to the end, but on which nobody was operated, counts as cancelled all the same.
SESSION_STATUS = {"planned": "Planned, not run yet", "run": "Run", "cancelled": "Cancelled"}

CASE_URGENCY = {"elective": "Elective", "trauma": "Trauma", "emergency": "Emergency"}

# American Society of Anesthesiologists, physical status classification.
ASA = {
    "1": "A normal healthy patient",
    "2": "A patient with mild systemic disease",
    "3": "A patient with severe systemic disease",
    "4": "A patient with severe systemic disease that is a constant threat to life",
    "5": "A moribund patient who is not expected to survive without the operation",
    "6": "Declared brain-dead, an organ donor",
}

# Who or what cancelled: the 28-day guarantee covers the hospital's own, non-clinical reasons alone.
CANCELLATION_KINDS = {
    "non_clinical": "The hospital, for a reason that is not clinical",
    "clinical": "The hospital, for a clinical reason",
    "patient": "The patient",
}
