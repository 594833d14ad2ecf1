"""Tumour sites under one name each, whichever list the code comes from, and what kind of treatment a modality is.

The list of suspected cancers and that of confirmed sites give code 16 different meanings (planned-care.md 2.2), so nothing beyond
this file counts by code. A site that is missing is told from the ICD-10 diagnosis where that settles it.
"""

from typing import Any

SITES = {
    "breast": "Breast",
    "breast_symptoms": "Breast symptoms, cancer not suspected",
    "childrens": "Children's",
    "lung": "Lung",
    "haematological": "Haematological, acute leukaemia left out",
    "acute_leukaemia": "Acute leukaemia",
    "upper_gi": "Upper gastrointestinal",
    "lower_gi": "Lower gastrointestinal",
    "skin": "Skin",
    "gynaecological": "Gynaecological",
    "brain": "Brain and central nervous system",
    "urological": "Urological, testicular and prostate left out",
    "prostate": "Prostate",
    "testicular": "Testicular",
    "head_neck": "Head and neck",
    "thyroid": "Thyroid",
    "sarcoma": "Sarcoma",
    "hepatobiliary": "Hepatobiliary",
    "pancreatic": "Pancreatic",
    "neuroendocrine": "Neuroendocrine",
    "unknown_primary": "Unknown primary",
    "non_specific": "Non-specific symptoms",
    "other": "Other",
}

_SHARED = {
    "01": "breast", "02": "childrens", "03": "lung", "04": "haematological", "05": "acute_leukaemia", "06": "upper_gi",
    "07": "lower_gi", "08": "skin", "09": "gynaecological", "10": "brain", "11": "urological", "12": "testicular",
    "13": "head_neck", "14": "sarcoma",
}  # fmt: skip
SUSPECTED_SITES = {**_SHARED, "16": "breast_symptoms", "17": "non_specific", "18": "other"}
CONFIRMED_SITES = {
    **_SHARED, "15": "unknown_primary", "16": "prostate", "17": "thyroid", "18": "hepatobiliary", "19": "pancreatic",
    "20": "neuroendocrine", "98": "other",
}  # fmt: skip

# By the first three characters of the diagnosis, what ICD-10 settles by itself; of leukaemias only those always acute.
_ICD_RANGES = (
    ("C00", "C14", "head_neck"), ("C15", "C16", "upper_gi"), ("C17", "C21", "lower_gi"), ("C22", "C24", "hepatobiliary"),
    ("C25", "C25", "pancreatic"), ("C30", "C32", "head_neck"), ("C33", "C34", "lung"), ("C40", "C41", "sarcoma"),
    ("C43", "C44", "skin"), ("C45", "C45", "lung"), ("C46", "C46", "sarcoma"), ("C49", "C49", "sarcoma"), ("C50", "C50", "breast"),
    ("C51", "C58", "gynaecological"), ("C60", "C60", "urological"), ("C61", "C61", "prostate"), ("C62", "C62", "testicular"),
    ("C64", "C68", "urological"), ("C70", "C72", "brain"), ("C73", "C73", "thyroid"), ("C80", "C80", "unknown_primary"),
    ("C81", "C90", "haematological"), ("D05", "D05", "breast"),
)  # fmt: skip

MODALITY_GROUPS = {
    "surgery": ("01", "23", "24"),
    "drugs": ("02", "03", "14", "15", "21"),
    "radiotherapy": ("04", "05", "06", "13", "19", "22"),
    "palliative": ("07", "09"),
    "monitoring": ("08",),
    "declined": ("98",),
}
MODALITY_TITLES = {
    "surgery": "Surgery",
    "drugs": "Anti-cancer drugs",
    "radiotherapy": "Radiotherapy",
    "palliative": "Palliative care",
    "monitoring": "Active monitoring",
    "declined": "All treatment declined",
    "other": "Other treatment",
    "none": "Not treated",
}
# CWT-R15: the aim for these is treatment within 31 days of the referral.
RARE_SITES = ("acute_leukaemia", "testicular", "childrens")


def suspected_site(code: Any) -> Any:
    """The site of a suspected cancer type; null where the code is."""
    return code.substitute(SUSPECTED_SITES)


def confirmed_site(code: Any, icd: Any) -> Any:
    """The site that was found: by its own code, else by the diagnosis; null where neither says."""
    return code.substitute(CONFIRMED_SITES).coalesce(site_of_diagnosis(icd))


def site_of_diagnosis(icd: Any) -> Any:
    """The site that an ICD-10 code settles by itself; null where it settles none."""
    import ibis

    stem = icd.upper().left(3)
    return ibis.cases(*((stem.between(first, last), site) for first, last, site in _ICD_RANGES), else_=ibis.null("string"))


def modality_group(code: Any) -> Any:
    """The kind of treatment; `other` for the rest, null where the code is."""
    import ibis

    known = tuple((code.isin(members), group) for group, members in MODALITY_GROUPS.items())
    return ibis.cases((code.isnull(), ibis.null("string")), *known, else_="other")
