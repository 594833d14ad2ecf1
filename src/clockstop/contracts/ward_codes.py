"""Codes of wards, beds, stays and discharge that more than one contract or rule uses, each once (operations.md 2.1, 2.3)."""

WARD_TYPE = {
    "general": "General and acute ward",
    "assessment": "Assessment unit",
    "critical_care": "Critical care",
    "paediatric": "Children's ward",
    "maternity": "Maternity",
    "neonatal": "Neonatal",
    "day": "Day unit",
    "escalation": "Escalation ward",
    "discharge_lounge": "Discharge lounge",
    "theatre": "Theatre or recovery",
    "transport": "Transport or other place that is no ward",
    "virtual": "Virtual ward or hospital at home",
    "mental_illness": "Mental illness",
    "learning_disability": "Learning disability",
}
# Patients of these hold no bed at midnight: they are places in a system, not wards (operations.md 2.7).
PSEUDO_WARDS = ("discharge_lounge", "theatre", "transport")

ADMISSION_METHOD = {
    "11": "Elective, from the waiting list", "12": "Elective, booked", "13": "Elective, planned",
    "21": "Emergency, own emergency department", "22": "Emergency, general practitioner", "23": "Emergency, bed bureau",
    "24": "Emergency, consultant clinic", "25": "Emergency, mental-health crisis team",
    "2A": "Emergency, another provider's emergency department", "2B": "Emergency, transfer of an admitted patient",
    "2C": "Baby born at home as intended", "2D": "Emergency, other", "28": "Emergency, other (legacy)",
    "31": "Maternity, before the birth", "32": "Maternity, after the birth",
    "81": "Transfer, not an emergency", "82": "Birth in this provider", "83": "Birth outside this provider",
}  # fmt: skip

PATIENT_CLASSIFICATION = {
    "1": "Ordinary admission", "2": "Day case", "3": "Regular day attender", "4": "Regular night attender",
    "5": "Delivery facilities only",
}  # fmt: skip

DISCHARGE_METHOD = {
    "1": "On clinical advice", "2": "Self discharged, or discharged by a relative", "3": "By a court or tribunal",
    "4": "Died", "5": "Stillbirth",
}  # fmt: skip
DIED = ("4", "5")

READY_STATUS = {"ready": "Ready for discharge", "withdrawn": "No longer ready"}

PATHWAY_OF_DISCHARGE = {
    "0": "Home, no new support", "1": "Home with support", "2": "Rehabilitation in a bed", "3": "Care home",
}  # fmt: skip

COLOUR = {"red": "Red: no step towards going home", "green": "Green: a step towards going home"}

BED_CLOSED_REASON = {"infection": "Infection", "staffing": "Staffing", "estates": "Estates or cleaning"}

VIRTUAL_WARD_ENTRY = {"step_up": "From home or the emergency department", "step_down": "From a ward"}

EXPECTATION = {"definite": "Definite", "potential": "Potential"}
