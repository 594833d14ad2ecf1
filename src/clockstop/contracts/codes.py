"""Code lists of the NHS Data Dictionary that more than one contract uses, each once."""

RTT_PERIOD_STATUS = {
    "10": "First activity of a period",
    "11": "First activity after active monitoring",
    "12": "First activity after direct referral for a separate condition",
    "20": "Subsequent activity, more expected",
    "21": "Subsequent activity expected at another provider after transfer",
    "30": "First definitive treatment starts",
    "31": "Active monitoring, patient initiated",
    "32": "Active monitoring, care professional initiated",
    "33": "Did not attend the first care activity",
    "34": "Decision not to treat or no further contact",
    "35": "Patient declined offered treatment",
    "36": "Patient died before treatment",
    "90": "After first treatment, or emergency admission",
    "91": "Care activity during active monitoring",
    "92": "Not yet referred; GP-requested diagnostics first",
    "98": "Activity not applicable to RTT",
    "99": "Not yet known",
}

PRIORITY_TYPE = {"1": "Routine", "2": "Urgent", "3": "Two week wait"}

ATTENDED_OR_DID_NOT_ATTEND = {
    "5": "Attended on time",
    "6": "Arrived late but was seen",
    "7": "Arrived late and could not be seen",
    "2": "Cancelled by the patient",
    "3": "Did not attend, no advance warning",
    "4": "Cancelled or postponed by the provider",
    "0": "Not applicable: the appointment lies in the future",
}

FIRST_ATTENDANCE = {
    "1": "First attendance face to face",
    "2": "Follow-up attendance face to face",
    "3": "First telephone or telemedicine consultation",
    "4": "Follow-up telephone or telemedicine consultation",
    "5": "Referral to treatment clock stop administrative event",
}

OUTCOME_OF_ATTENDANCE = {"1": "Discharged", "2": "Another appointment given", "3": "Appointment to be made later"}

ELECTIVE_ADMISSION_TYPE = {"11": "Waiting list", "12": "Booked", "13": "Planned"}

INTENDED_MANAGEMENT = {
    "1": "At least one night",
    "2": "No overnight stay",
    "3": "Planned sequence with at least one night",
    "4": "Planned sequence with no overnight stay",
    "5": "Planned sequence, first a night, then none",
}

ELECTIVE_ADMISSION_LIST_REMOVAL_REASON = {
    "1": "Admitted electively",
    "2": "Admitted as an emergency for the same condition",
    "3": "Died",
    "4": "Removed for another reason",
}

SEX = {"1": "Male", "2": "Female", "9": "Indeterminate", "X": "Not known"}

# NHS Data Dictionary, ETHNIC CATEGORY, 2001 census categories.
ETHNIC_CATEGORY = {
    "A": "White British", "B": "White Irish", "C": "Any other White background",
    "D": "White and Black Caribbean", "E": "White and Black African", "F": "White and Asian",
    "G": "Any other mixed background", "H": "Indian", "J": "Pakistani", "K": "Bangladeshi",
    "L": "Any other Asian background", "M": "Caribbean", "N": "African", "P": "Any other Black background",
    "R": "Chinese", "S": "Any other ethnic group", "Z": "Not stated", "99": "Not known",
}  # fmt: skip
