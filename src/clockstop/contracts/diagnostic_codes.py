"""Code lists of diagnostic requests and appointments, and the tests that the DM01 return collects."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class DiagnosticTest:
    """A line of the return: its number, its title in the published file, its group, and the days on which it is collected.

    `is_sure` is False where it is not known whether the test is still collected (planned-care.md 3.1 and 9).
    """

    code: str
    number: int
    title: str
    group: str
    valid_from: date = date(2008, 1, 1)
    valid_until: date | None = None
    is_sure: bool = True


# Codes as the published extract has them, titles as the published workbook of July 2025 has them. That workbook still has barium
# enema; whether it is collected in 2026/27 is unsure.
_TESTS = (
    DiagnosticTest(code="MRI", number=1, title="Magnetic Resonance Imaging", group="Imaging"),
    DiagnosticTest(code="CT", number=2, title="Computed Tomography", group="Imaging"),
    DiagnosticTest(code="NON_OBSTETRIC_ULTRASOUND", number=3, title="Non-obstetric Ultrasound", group="Imaging"),
    DiagnosticTest(code="BARIUM_ENEMA", number=4, title="Barium Enema", group="Imaging", is_sure=False),
    DiagnosticTest(code="DEXA_SCAN", number=5, title="DEXA Scan", group="Imaging"),
    DiagnosticTest(code="AUDIOLOGY_ASSESSMENTS", number=6, title="Audiology - Audiology Assessments",
                   group="Physiological measurement"),
    DiagnosticTest(code="ECHOCARDIOGRAPHY", number=7, title="Cardiology - Echocardiography", group="Physiological measurement"),
    DiagnosticTest(code="ELECTROPHYSIOLOGY", number=8, title="Cardiology - Electrophysiology", group="Physiological measurement"),
    DiagnosticTest(code="PERIPHERAL_NEUROPHYS", number=9, title="Neurophysiology - Peripheral Neurophysiology",
                   group="Physiological measurement"),
    DiagnosticTest(code="SLEEP_STUDIES", number=10, title="Respiratory physiology - Sleep Studies",
                   group="Physiological measurement"),
    DiagnosticTest(code="URODYNAMICS", number=11, title="Urodynamics - Pressures & Flows", group="Physiological measurement"),
    DiagnosticTest(code="COLONOSCOPY", number=12, title="Colonoscopy", group="Endoscopy"),
    DiagnosticTest(code="FLEXI_SIGMOIDOSCOPY", number=13, title="Flexi Sigmoidoscopy", group="Endoscopy"),
    DiagnosticTest(code="CYSTOSCOPY", number=14, title="Cystoscopy", group="Endoscopy"),
    DiagnosticTest(code="GASTROSCOPY", number=15, title="Gastroscopy", group="Endoscopy"),
)  # fmt: skip
TESTS = {test.code: test for test in _TESTS}
TEST_TITLES = {test.code: test.title for test in _TESTS}
NOT_COLLECTED = "OTHER"
DIAGNOSTIC_TEST = TEST_TITLES | {NOT_COLLECTED: "A test that the return does not collect"}

REQUEST_TYPE = {
    "waiting_list": "Waiting list",
    "planned": "Planned or surveillance, with a due date",
    "unscheduled": "Unscheduled: during an emergency attendance or an inpatient stay",
}
REQUEST_SOURCE = {"consultant": "Hospital clinician", "gp": "GP, direct access", "other": "Another referrer"}
# DM-R09: requests that the waiting list leaves out. Those of inpatients and emergencies are activity (unscheduled).
EXCLUSION = {
    "inpatient": "Inpatient",
    "emergency": "Emergency",
    "screening": "Screening programme",
    "obstetric": "Obstetric ultrasound",
    "therapeutic": "Mainly for treatment",
    "private": "Private patient",
}
UNSCHEDULED_SETTINGS = ("emergency", "inpatient")
REMOVAL_REASON = {
    "not_needed": "No longer needed",
    "duplicate": "Duplicate request",
    "declined": "Declined by the patient",
    "elsewhere": "Done elsewhere",
    "died": "Died",
    "other": "Another reason",
}
APPOINTMENT_OUTCOME = {
    "booked": "To come",
    "done": "Test done",
    "abandoned": "Abandoned or inadequate, to be repeated",
    "dna": "Did not attend",
    "patient_cancelled": "Cancelled by the patient",
    "provider_cancelled": "Cancelled by the hospital",
    "equipment_failure": "Equipment failure",
    "unfit": "Patient not fit for the test",
    "refused": "Offered date refused by the patient",
}


def tests_collected(on: date) -> tuple[DiagnosticTest, ...]:
    """The tests that the return collects on a day, in its order.

    >>> len(tests_collected(date(2026, 9, 30))), tests_collected(date(2026, 9, 30))[0].code
    (15, 'MRI')
    """
    return tuple(test for test in _TESTS if test.valid_from <= on and (test.valid_until is None or on <= test.valid_until))
