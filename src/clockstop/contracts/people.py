"""The columns about the person, the service and the organisation that every patient-level extract carries."""

from clockstop.contracts.codes import ETHNIC_CATEGORY, PRIORITY_TYPE, SEX
from clockstop.contracts.contract import Column

PATHWAY = (
    Column(name="patient_pathway_identifier", type="text", meaning="the pathway, one for each referral for a condition",
           is_required=True, max_length=40),
    Column(name="organisation_identifier_patient_pathway_identifier_issuer", type="text", max_length=12,
           meaning="who issued the pathway identifier; X09 where it is the e-RS UBRN"),
)  # fmt: skip

PERSON = (
    Column(name="nhs_number", type="text", meaning="ten digits, modulus 11", is_identifying=True, is_nhs_number=True),
    Column(name="local_patient_identifier", type="text", meaning="the hospital's own number", is_identifying=True),
    Column(name="person_birth_date", type="date", meaning="date of birth", is_identifying=True, may_be_in_future=False),
    Column(name="sex", type="code", meaning="person stated gender", codes=SEX),
    Column(name="ethnic_category", type="code", meaning="as stated by the person", codes=ETHNIC_CATEGORY),
    Column(name="index_of_multiple_deprivation_decile", type="integer", meaning="1 most deprived to 10 least"),
    Column(name="neighbourhood", type="text", meaning="the neighbourhood in which the person lives"),
    Column(name="referring_practice", type="text", meaning="ODS code of the general practice"),
    Column(name="commissioner", type="text", meaning="ODS code of the commissioner; NONC where not English"),
)

SERVICE = (
    Column(name="activity_treatment_function_code", type="text", meaning="three digits, DCB0028", max_length=3),
    Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site"),
    Column(name="consultant_code", type="text", meaning="the consultant's code"),
    Column(name="priority_type_code", type="code", meaning="how urgent the referral is", codes=PRIORITY_TYPE),
)

# The names under which facts hand place and person on; of the NHS number only its keyed hash is kept.
SERVICE_NAMES = tuple(column.name for column in SERVICE)
PERSON_NAMES = tuple("nhs_number_pseudonym" if column.is_nhs_number else column.name for column in PERSON)
