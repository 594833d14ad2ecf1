"""Requests of diagnostic tests: one row a request of one test (planned-care.md 3)."""

from dataclasses import replace

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.diagnostic_codes import DIAGNOSTIC_TEST, EXCLUSION, REMOVAL_REASON, REQUEST_SOURCE, REQUEST_TYPE
from clockstop.contracts.people import PATHWAY, PERSON, SERVICE

# A test that a GP asks for directly belongs to no pathway.
_OPTIONAL_PATHWAY = tuple(replace(column, is_required=False) for column in PATHWAY)

CONTRACT = Contract(
    name="diagnostic_requests",
    title="Diagnostic requests",
    key=("diagnostic_request_identifier",),
    window="request_date",
    grouped_by="diagnostic_request_identifier",
    columns=(
        Column(name="diagnostic_request_identifier", type="text", meaning="the request's own number: one for each test",
               is_required=True, max_length=40),
        *_OPTIONAL_PATHWAY,
        Column(name="diagnostic_test", type="code", is_required=True, codes=DIAGNOSTIC_TEST,
               meaning="the line of the DM01 return; local modality codes become these through the mapping"),
        Column(name="request_type", type="code", meaning="waiting list, planned or unscheduled", is_required=True,
               codes=REQUEST_TYPE),
        Column(name="request_date", type="date", is_required=True, may_be_in_future=False,
               meaning="the day on which the request was made: not received, not vetted (DM-R01)"),
        Column(name="ubrn_conversion_date", type="date", may_be_in_future=False,
               meaning="e-RS bookable: the day the booking reference was converted"),
        Column(name="slot_issue_date", type="date", may_be_in_future=False,
               meaning="e-RS bookable: the day it came onto the slot issue worklist"),
        Column(name="planned_due_date", type="date", meaning="the day by which a planned test is due (DM-R05)"),
        Column(name="request_source", type="code", meaning="who asked", codes=REQUEST_SOURCE),
        Column(name="diagnostic_exclusion", type="code", meaning="why DM01 leaves it out (DM-R09); empty where it is counted",
               codes=EXCLUSION),
        Column(name="body_part", type="text", meaning="what is to be looked at"),
        Column(name="duplicate_of_request_identifier", type="text", meaning="the request of which this is a duplicate (DM-R08)",
               max_length=40),
        Column(name="vetted_date", type="date", meaning="the request was vetted", may_be_in_future=False),
        Column(name="reported_date", type="date", meaning="the result was reported", may_be_in_future=False),
        Column(name="removal_date", type="date", meaning="taken off the list without the test", may_be_in_future=False),
        Column(name="removal_reason", type="code", meaning="why it was taken off", codes=REMOVAL_REASON),
        *SERVICE,
        *PERSON,
    ),
    checks=(
        Check(code="vetted_before_request", column="vetted_date", message="it was vetted before it was requested",
              is_wrong=lambda rows: rows.vetted_date < rows.request_date),
        Check(code="reported_before_request", column="reported_date", message="it was reported before it was requested",
              is_wrong=lambda rows: rows.reported_date < rows.request_date),
        Check(code="removed_before_request", column="removal_date", message="it was taken off before it was requested",
              is_wrong=lambda rows: rows.removal_date < rows.request_date),
        Check(code="due_date_without_plan", column="planned_due_date", message="a due date belongs to a planned test only",
              is_wrong=lambda rows: rows.planned_due_date.notnull() & (rows.request_type != "planned")),
        Check(code="duplicate_of_itself", column="duplicate_of_request_identifier", message="a request cannot be its own duplicate",
              is_wrong=lambda rows: rows.duplicate_of_request_identifier == rows.diagnostic_request_identifier),
    ),
)  # fmt: skip
