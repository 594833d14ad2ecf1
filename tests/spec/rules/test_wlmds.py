"""The weekly waiting list rows: which clock stands in which section, what each row tells of that Sunday, and what is checked."""

from datetime import date

import pytest

from clockstop.rules.national_returns.wlmds import RETURN
from clockstop.rules.national_returns.wlmds_checks import is_nhs_number
from clockstop.rules.return_period import period_ending
from clockstop.rules.wlmds_columns import COLUMNS
from clockstop.store.engine import open_engine
from return_tables import changed, failing, laid_out
from week_tables import week_tables

WEEK = period_ending("week", date(2026, 11, 8))


@pytest.fixture(scope="module")
def rows():
    """The week's rows by section and pathway, as values by column."""
    engine = open_engine()
    tables = {name: engine.memory(rows) for name, rows in week_tables().items()}
    found = laid_out(engine, RETURN, tables, WEEK)
    engine.close()
    return found


@pytest.fixture
def told(rows):
    names = [column.name for column in COLUMNS]
    found = [dict(zip(names, row.cells, strict=True)) for row in rows]
    return {(one["section"], one["patient_pathway_identifier"] or one["local_patient_identifier"]): one for one in found}


def test_each_clock_stands_in_its_sections(told):
    """The monthly return's rules for a week: a stop on the Sunday has stopped; one that began and ended stands in both."""
    assert {place: row["waiting_list_type"] for place, row in told.items()} == {
        ("open", "waits"): "ORTT", ("open", "listed"): "IRTT", ("open", "after"): "ORTT",
        ("clock_starts", "both"): "ORTT", ("clock_stops", "both"): "ORTT", ("clock_stops", "admitted"): "IRTT",
        ("clock_stops", "unknown"): "ORTT",
        ("planned_diagnostics", "H9"): "PLN",
    }  # fmt: skip


def test_what_a_row_tells_is_what_was_known_on_the_sunday(told):
    """A booking cancelled, made or attended after it is not known; a status of an earlier period is none of this one."""
    waits, listed = told["open", "waits"], told["open", "listed"]
    assert waits["outpatient_future_appointment_date"] == date(2026, 12, 2)
    assert (waits["referral_to_treatment_period_status"], waits["last_pas_validation_date"]) == (None, date(2026, 11, 1))
    assert (listed["referral_to_treatment_period_status"], listed["last_pas_validation_date"]) == ("20", None)
    assert (listed["date_last_attended"], listed["tci_date"], listed["decision_to_admit_date"]) == (
        date(2026, 7, 1), date(2026, 12, 1), date(2026, 7, 1)
    )  # fmt: skip
    assert (waits["derived_point_of_delivery"], listed["derived_point_of_delivery"]) == ("1st OP", "Day Case")
    assert told["open", "after"]["first_activity_date"] is None
    assert told["clock_stops", "admitted"]["intended_management_code"] == "1"
    assert told["clock_stops", "both"]["referral_to_treatment_period_status"] == "34"
    assert told["clock_stops", "unknown"]["activity_treatment_function_code"] == "330"
    assert told["planned_diagnostics", "H9"]["diagnostic_modality"] == "COLON"


def test_the_week_passes_its_checks(rows):
    assert failing(RETURN, rows, WEEK) == {}


@pytest.mark.parametrize(
    ("cells", "check"),
    [
        ({"referral_to_treatment_period_start_date": None}, "needed"),
        ({"activity_treatment_function_code": " "}, "needed"),
        ({"waiting_list_type": "XRTT"}, "words"),
        ({"section": "closed"}, "words"),
        ({"waiting_list_type": "PLN"}, "words"),
        ({"week_ending_date": date(2026, 11, 7)}, "dates"),
        ({"referral_to_treatment_period_start_date": date(1900, 1, 1)}, "dates"),
        ({"referral_to_treatment_period_start_date": date(2026, 11, 9)}, "dates"),
        ({"referral_to_treatment_period_end_date": date(2026, 11, 3)}, "dates"),
        ({"outpatient_future_appointment_date": date(2026, 11, 8)}, "booked_and_seen"),
        ({"date_last_attended": date(2026, 11, 9)}, "booked_and_seen"),
        ({"waiting_list_type": "IRTT", "decision_to_admit_date": None}, "decided"),
        ({"organisation_identifier_code_of_provider": "QQB"}, "one_organisation"),
    ],
)
def test_each_check_finds_its_fault(rows, cells, check):
    first, *others = rows
    assert first.cells[0] == "open"
    assert check in failing(RETURN, [changed(RETURN, first, **cells), *others], WEEK)


def test_a_clock_stands_once_and_no_nhs_number_in_clear(rows):
    assert "once" in failing(RETURN, [rows[0], *rows], WEEK)
    clear = [changed(RETURN, row, local_patient_identifier="943 476 5919") for row in rows]
    found = failing(RETURN, clear, WEEK)["no_nhs_number"]
    assert [one.column for one in found] == ["local_patient_identifier"]
    assert not any("943" in f"{one.found} {one.says}" for one in found)


def test_two_weeks_balance(rows):
    """What was open and is neither open nor stopped, or open and neither was nor began, is asked about beyond a handful."""
    before = [changed(RETURN, rows[0], patient_pathway_identifier=f"gone {place}") for place in range(6)]
    assert "balance" in failing(RETURN, rows, WEEK, before=[*rows, *before])
    assert "balance" not in failing(RETURN, rows, WEEK, before=[*rows, *before[:5]])


def test_the_columns_that_are_unsure_say_so():
    """The specification was not read: nothing that we guess passes for known, and nobody's NHS number is a column."""
    unsure = {column.name for column in COLUMNS if not column.is_sure}
    assert unsure == {
        "patient_pathway_identifier", "organisation_identifier_patient_pathway_identifier_issuer", "local_patient_identifier",
        "procedure_priority_code",
    }  # fmt: skip
    assert {column.name for column in COLUMNS if not column.is_held} == {"source_of_referral", "proposed_procedure_opcs_code"}
    assert "nhs_number" not in {column.name for column in COLUMNS}
    assert is_nhs_number("9434765919")
