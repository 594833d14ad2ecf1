"""The words under which cancer waits are published: standards, routes and stages, types of cancer, kinds of treatment.

As in the published provider extract and workbooks. Referrals stand under what was suspected, treatments under what was found;
Acute leukaemia, testicular and children's cancers have had no rows of their own since October 2023 and stand under the footnote
(a) of their group (planned-care.md 2.1, CWT-R15).
"""

from typing import Any

from clockstop.rules.cancer_standards import D31, D62, FDS

STANDARDS = {FDS: "28-day FDS", D31: "31-day Combined", D62: "62-day Combined"}
# The referral routes of the 28 days, the stages of the 31, the routes of the 62.
STAGES_AND_ROUTES = {
    FDS: {
        "urgent_suspected": "URGENT SUSPECTED CANCER",
        "breast_symptomatic": "BREAST SYMPTOMATIC, CANCER NOT SUSPECTED",
        "screening": "NATIONAL SCREENING PROGRAMME",
    },
    D31: {"first": "First Treatment", "subsequent": "Subsequent Treatment"},
    D62: {
        "urgent_suspected": "Urgent Suspected Cancer",
        "breast_symptomatic": "Breast Symptomatic",
        "screening": "Screening",
        "upgrade": "Consultant Upgrade",
    },
}
UNKNOWN_ROUTE = "Not known"
ALL_CANCERS, ALL_MODALITIES = "ALL CANCERS", "ALL MODALITIES"
MISSING_TYPE = "Missing or Invalid"
MODALITIES = ("Surgery", "Anti-cancer drug regimen", "Radiotherapy", "Other")
_MODALITY_OF = {"surgery": "Surgery", "drugs": "Anti-cancer drug regimen", "radiotherapy": "Radiotherapy"}

SUSPECTED_TYPES = {
    "breast": "Suspected breast cancer",
    "childrens": "Suspected children's cancer",
    "lung": "Suspected lung cancer",
    "haematological": "Suspected haematological malignancies (excluding acute leukaemia)",
    "acute_leukaemia": "Suspected acute leukaemia",
    "upper_gi": "Suspected upper gastrointestinal cancer",
    "lower_gi": "Suspected lower gastrointestinal cancer",
    "skin": "Suspected skin cancer",
    "gynaecological": "Suspected gynaecological cancer",
    "brain": "Suspected brain/central nervous system tumours",
    "urological": "Suspected urological malignancies (excluding testicular)",
    "testicular": "Suspected testicular cancer",
    "head_neck": "Suspected head & neck cancer",
    "sarcoma": "Suspected sarcoma",
    "breast_symptoms": "Exhibited (non-cancer) breast symptoms - cancer not initially suspected",
    "non_specific": "Suspected cancer - non-specific symptoms",
    "other": "Suspected other cancer",
}
LYMPHOMA, OTHER_HAEMATOLOGICAL, OTHER_TYPE = "Haematological - Lymphoma", "Haematological - Other (a)", "Other (a)"
# Where each site that was found is published. Of those marked unsure no publication that we hold says where they stand.
TREATED_TYPES = {
    "breast": "Breast",
    "breast_symptoms": "Breast",
    "gynaecological": "Gynaecological",
    "haematological": OTHER_HAEMATOLOGICAL,
    "acute_leukaemia": OTHER_HAEMATOLOGICAL,
    "head_neck": "Head & Neck",
    "thyroid": "Head & Neck",  # unsure
    "lower_gi": "Lower Gastrointestinal",
    "lung": "Lung",
    "skin": "Skin",
    "hepatobiliary": "Upper Gastrointestinal - Hepatobiliary",
    "pancreatic": "Upper Gastrointestinal - Hepatobiliary",
    "upper_gi": "Upper Gastrointestinal - Oesophagus & Stomach",
    "urological": "Urological - Other (a)",
    "testicular": "Urological - Other (a)",
    "prostate": "Urological - Prostate",
    "brain": OTHER_TYPE,
    "childrens": OTHER_TYPE,  # unsure: perhaps under the group of the tumour
    "neuroendocrine": OTHER_TYPE,  # unsure
    "non_specific": OTHER_TYPE,
    "sarcoma": OTHER_TYPE,
    "unknown_primary": OTHER_TYPE,
    "other": OTHER_TYPE,
}
# ICD-10 C81 to C86 are the lymphomas; the site's code says only that a cancer is of the blood.
LYMPHOMA_FIRST, LYMPHOMA_LAST = "C81", "C86"


def reported_type(standard: Any, *, suspected_site: Any, cancer_site: Any, diagnosis: Any) -> Any:
    """The type of cancer under which a wait is published: what was suspected for the 28 days, what was found for the others."""
    import ibis

    suspected = suspected_site.cases(*SUSPECTED_TYPES.items(), else_=MISSING_TYPE)
    is_lymphoma = diagnosis.upper().left(3).between(LYMPHOMA_FIRST, LYMPHOMA_LAST).fill_null(False)
    found = cancer_site.cases(*TREATED_TYPES.items(), else_=OTHER_TYPE)
    return ibis.cases(
        (standard == FDS, suspected), ((cancer_site == "haematological") & is_lymphoma, LYMPHOMA), else_=found
    )  # fmt: skip


def reported_modality(modality: Any) -> Any:
    """The kind of treatment under which a wait is published."""
    return modality.cases(*_MODALITY_OF.items(), else_=MODALITIES[-1])


def reported_stage(standard: Any, *, route: Any, is_first_treatment: Any) -> Any:
    """The stage of the 31 days, the route of the others; `UNKNOWN_ROUTE` where the published list has none."""
    import ibis

    fds, d62 = (route.cases(*STAGES_AND_ROUTES[name].items(), else_=UNKNOWN_ROUTE) for name in (FDS, D62))
    stages = STAGES_AND_ROUTES[D31]
    stage = is_first_treatment.ifelse(stages["first"], stages["subsequent"])
    return ibis.cases((standard == FDS, fds), (standard == D31, stage), else_=d62)
