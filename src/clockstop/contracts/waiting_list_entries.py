"""Elective admission list entries: decisions to admit, dates to come in, planned dates and removals."""

from clockstop.contracts.codes import (
    ELECTIVE_ADMISSION_LIST_REMOVAL_REASON,
    ELECTIVE_ADMISSION_TYPE,
    INTENDED_MANAGEMENT,
)
from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.people import PATHWAY, SERVICE

CONTRACT = Contract(
    name="waiting_list_entries",
    title="Elective admission list entries",
    key=("waiting_list_entry_identifier",),
    window="decided_to_admit_date",
    columns=(
        Column(name="waiting_list_entry_identifier", type="text", meaning="the source's own record id", is_required=True),
        *PATHWAY,
        Column(name="decided_to_admit_date", type="date", meaning="the decision to admit", is_required=True),
        Column(name="decision_reason", type="code", meaning="what the decision was for",
               codes={"treatment": "Treatment", "second_side": "The second side, fit and ready",
                      "new_treatment": "New or different treatment", "diagnostic": "A diagnostic procedure"}),
        Column(name="elective_admission_type_code", type="code", meaning="waiting list, booked or planned",
               is_required=True, codes=ELECTIVE_ADMISSION_TYPE),
        Column(name="intended_management_code", type="code", meaning="overnight or day case", codes=INTENDED_MANAGEMENT),
        Column(name="offered_for_admission_date", type="date", meaning="the date to come in (TCI)"),
        Column(name="planned_due_date", type="date", meaning="the day by which a planned procedure is due"),
        Column(name="procedure_priority_code", type="code", meaning="clinical priority",
               codes={f"P{number}": f"Priority {number}" for number in range(1, 7)}),
        Column(name="date_declined_date", type="date", meaning="the patient declined an offered date"),
        Column(name="treatment_declined_date", type="date", meaning="the patient declined all treatment"),
        Column(name="removal_date", type="date", meaning="taken off the list"),
        Column(name="elective_admission_list_removal_reason_code", type="code", meaning="why it was taken off",
               codes=ELECTIVE_ADMISSION_LIST_REMOVAL_REASON),
        Column(name="last_pas_validation_date", type="date", meaning="the entry was last validated"),
        *SERVICE,
    ),
    checks=(
        Check(code="removed_before_decision", column="removal_date",
              message="it was removed before the decision to admit",
              is_wrong=lambda rows: rows.removal_date < rows.decided_to_admit_date),
    ),
)  # fmt: skip
