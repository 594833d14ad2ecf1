"""Code lists of the cancer waiting times data set (NHS Data Dictionary, 2026; planned-care.md 2.2).

Two lists look alike and are not: code 16 is breast symptoms among the suspected cancers, and prostate among the confirmed sites.
"""

# TWO WEEK WAIT CANCER OR SYMPTOMATIC BREAST REFERRAL TYPE: what was suspected, hence the FDS group.
SUSPECTED_CANCER_TYPE = {
    "01": "Suspected breast cancer",
    "02": "Suspected children's cancer",
    "03": "Suspected lung cancer",
    "04": "Suspected haematological malignancy, acute leukaemia left out",
    "05": "Suspected acute leukaemia",
    "06": "Suspected upper gastrointestinal cancer",
    "07": "Suspected lower gastrointestinal cancer",
    "08": "Suspected skin cancer",
    "09": "Suspected gynaecological cancer",
    "10": "Suspected brain or central nervous system cancer",
    "11": "Suspected urological cancer, testicular left out",
    "12": "Suspected testicular cancer",
    "13": "Suspected head and neck cancer",
    "14": "Suspected sarcoma",
    "16": "Exhibited breast symptoms, cancer not suspected",
    "17": "Suspected cancer, non-specific symptoms",
    "18": "Other suspected cancer",
}

# PRIMARY CANCER SITE at the end of the faster diagnosis pathway and at treatment: what was found.
PRIMARY_CANCER_SITE = {
    "01": "Breast",
    "02": "Children's",
    "03": "Lung",
    "04": "Haematological, acute leukaemia left out",
    "05": "Acute leukaemia",
    "06": "Upper gastrointestinal",
    "07": "Lower gastrointestinal",
    "08": "Skin",
    "09": "Gynaecological",
    "10": "Brain or central nervous system",
    "11": "Urological, testicular and prostate left out",
    "12": "Testicular",
    "13": "Head and neck",
    "14": "Sarcoma",
    "15": "Unknown primary",
    "16": "Prostate",
    "17": "Thyroid",
    "18": "Hepatobiliary",
    "19": "Pancreatic",
    "20": "Neuroendocrine",
    "98": "Other",
}

# SOURCE OF REFERRAL FOR OUT-PATIENTS; 17 is the one that tells a screening record.
SOURCE_OF_REFERRAL = {
    "01": "After an emergency admission",
    "02": "After a domiciliary consultation",
    "03": "General practitioner",
    "04": "Emergency department",
    "05": "Consultant, not of an emergency department",
    "06": "Self-referral",
    "07": "Prosthetist",
    "10": "After an emergency department attendance",
    "11": "Other, initiated by the consultant responsible",
    "12": "General practitioner with an extended role",
    "13": "Specialist nurse",
    "14": "Allied health professional",
    "15": "Optometrist",
    "16": "Orthoptist",
    "17": "National screening programme",
    "92": "General dental practitioner",
    "93": "Community dental service",
    "97": "Other, not initiated by the consultant responsible",
}

FDS_END_REASON = {
    "01": "Diagnosis of cancer told",
    "02": "Ruling out of cancer told",
    "03": "Excluded",
    "04": "Interval scanning",
}

FDS_EXCLUSION_REASON = {
    "01": "Died",
    "02": "Declined all diagnostic tests",
    "03": "Declined all appointments",
    "04": "Diagnosed privately",
    "05": "Did not attend or cancelled repeatedly",
    "06": "Not eligible for NHS care",
}

# The dictionary's own codes were not re-read; a trust maps what its system holds.
COMMUNICATION_METHOD = {"01": "In person", "02": "Telephone", "03": "Video", "04": "Letter", "98": "Other"}

PATIENT_STATUS = {
    "03": "No new cancer found",
    "07": "Cancer confirmed, no English NHS treatment planned",
    "08": "First treatment commenced",
    "09": "Under investigation, cancer not suspected (breast)",
    "10": "New cancer confirmed, first treatment not yet planned",
    "11": "New cancer confirmed, first treatment planned",
    "12": "New cancer confirmed, subsequent treatment not yet planned",
    "13": "New cancer confirmed, subsequent treatment planned",
    "14": "Suspected primary cancer",
    "15": "Suspected recurrent cancer",
    "16": "Recurrent cancer confirmed, first treatment not yet planned",
    "17": "Recurrent cancer confirmed, first treatment planned",
    "18": "Recurrent cancer confirmed, no English NHS treatment planned",
    "19": "Recurrent cancer confirmed, subsequent treatment not yet planned",
    "20": "Recurrent cancer confirmed, subsequent treatment planned",
    "21": "Subsequent treatment commenced",
}

TUMOUR_LATERALITY = {"L": "Left", "R": "Right", "M": "Midline", "B": "Both sides", "8": "Not applicable", "9": "Not known"}

ADJUSTMENT_REASON_FIRST_SEEN = {"3": "Did not attend the first appointment", "9": "No adjustment"}
ADJUSTMENT_REASON_TREATMENT = {
    "6": "Egg harvesting",
    "7": "Clinically urgent treatment of another condition",
    "8": "The patient's choice of a later date",
    "9": "No adjustment",
}

TREATMENT_EVENT_TYPE = {
    "01": "First treatment of a new primary cancer",
    "02": "Second or later treatment of a new primary cancer",
    "03": "Treatment of a local recurrence",
    "04": "Treatment of a regional recurrence",
    "05": "Treatment of a distant recurrence or metastasis",
    "06": "Treatment of several recurrences",
    "07": "First treatment of metastasis, primary unknown",
    "08": "Later treatment of metastasis, primary unknown",
    "09": "Treatment of a relapse of a primary cancer, second or later",
    "10": "Treatment of progression, second or later",
    "11": "Treatment of transformation, second or later",
    "12": "First treatment of metastasis of a known primary",
}

# 01 was surgery of every kind until enabling surgery had a code of its own; records from before still hold it.
TREATMENT_MODALITY = {
    "01": "Surgery (code of older records)",
    "02": "Cytotoxic chemotherapy",
    "03": "Hormone therapy",
    "04": "Chemoradiotherapy",
    "05": "Teletherapy",
    "06": "Brachytherapy",
    "07": "Specialist palliative care",
    "08": "Active monitoring",
    "09": "Palliative care, not specialist",
    "10": "Radiofrequency ablation",
    "11": "High intensity focused ultrasound",
    "12": "Cryotherapy",
    "13": "Proton therapy",
    "14": "Other anti-cancer drug",
    "15": "Immunotherapy",
    "16": "Light therapy",
    "17": "Hyperbaric oxygen",
    "19": "Radioisotope therapy",
    "20": "Laser",
    "21": "Biological therapy",
    "22": "Radiosurgery",
    "23": "Surgery",
    "24": "Enabling surgery",
    "97": "Other treatment",
    "98": "All treatment declined",
}

CARE_SETTING = {"01": "Inpatient", "02": "Day case", "03": "Outpatient", "98": "Other"}

REMOVAL_REASON = {
    "died": "Died",
    "declined": "Declined further appointments or treatment",
    "moved": "Cared for elsewhere",
    "private": "Treated privately",
    "duplicate": "The same referral is recorded twice",
    "other": "Other",
}

TRANSFER_DIRECTION = {"out": "From this trust", "in": "To this trust", "between": "Between two others"}
TRANSFER_REASON = {"1": "Diagnostic tests", "2": "Multidisciplinary discussion", "3": "Decision on treatment", "4": "Treatment"}
