"""A mapping proposed from a file's headers can be read back, and says what is guessed and what is missing."""

import tomllib

import pytest

from clockstop.contracts import contracts
from clockstop.intake.draft import draft, matches
from clockstop.intake.map import read_mapping
from clockstop.intake.synonyms import SYNONYMS


def test_synonyms_likenesses_and_names_are_found():
    headers = ["Pathway Number", "EVENT_TYPE", "Evnt Date", "Seq", "Hosp No", "Surname"]
    chosen, guesses = matches(headers, contracts()["rtt_events"])
    assert chosen["patient_pathway_identifier"] == "Pathway Number"
    assert chosen["event_type"] == "EVENT_TYPE"
    assert chosen["event_date"] == "Evnt Date"
    assert "event_date" in guesses
    assert "Surname" not in chosen.values()


def test_a_draft_is_a_mapping_and_marks_what_is_missing():
    contract = contracts()["rtt_events"]
    text = draft(['Path "No"\n2', "Pathway", "Tag", "Surname"], contract, header_row=4)
    mapping = read_mapping(text.encode(), contract, where="draft")
    assert (mapping.header_row, mapping.columns) == (4, {"patient_pathway_identifier": "Pathway"})
    assert "REQUIRED" in text
    assert "#   Surname" in text
    assert 'Path "No" 2' in text


@pytest.mark.parametrize("name", contracts())
def test_a_file_that_is_ours_needs_no_line(name):
    contract = contracts()[name]
    drafted = tomllib.loads(draft([column.name.upper() for column in contract.columns], contract))
    assert drafted["columns"] == {}


def test_synonyms_are_of_columns_that_exist():
    known = {column.name for contract in contracts().values() for column in contract.columns}
    assert set(SYNONYMS) - known <= {"is_deleted"}


@pytest.mark.parametrize(
    ("name", "date", "time", "column"),
    [
        ("ed_attendances", "EMERGENCY CARE DATE SEEN FOR TREATMENT", "EMERGENCY CARE TIME SEEN FOR TREATMENT",
         "emergency_care_seen_for_treatment_at"),
        ("ed_attendances", "DECISION_TO_ADMIT_DATE", "DECISION_TO_ADMIT_TIME", "decision_to_admit_at"),
        ("inpatient_spells", "Date Admitted", "Time Admitted", "spell_started_at"),
    ],
)  # fmt: skip
def test_a_time_of_day_is_found_wherever_its_header_says_time(name, date, time, column):
    drafted = tomllib.loads(draft([time, date], contracts()[name]))
    assert drafted["columns"][column] == [date, time]
