"""The datasets of unplanned care: a row with every column filled is kept whole, and each check sets aside what it is for."""

import csv
from datetime import date

import pytest

from clockstop.contracts import contracts
from clockstop.intake.load import load_file
from clockstop.intake.merge import current_rows
from clockstop.intake.set_aside import set_aside_rows
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import open_engine

WRITTEN = {"text": "101", "integer": "3", "number": "2.5", "date": "2026-01-05", "instant": "2026-01-05T08:30:00Z", "truth": "Y"}
# Of each dataset the checks between columns: what a row says to break each. Every other column is as in the good row.
BROKEN = {
    "ambulance_arrivals": {},
    "board_rounds": {"ends_before_it_starts": {"round_ended_at": "2026-01-05T08:29:00Z"}},
    "discharge_ready_dates": {},
    "ed_attendances": {"departure_before_arrival": {"emergency_care_departure_at": "2026-01-04T08:29:00Z"}},
    "ed_service_requests": {},
    "ed_states": {"negative_patients": {"patients": "-1"}},
    "inpatient_spells": {"discharge_before_admission": {"spell_ended_at": "2026-01-05T08:29:00Z"}},
    "virtual_ward_stays": {"ends_before_it_starts": {"virtual_ward_ended_at": "2026-01-05T08:29:00Z"}},
    "ward_bed_states": {"negative_beds": {"beds_open": "-1"}},
    "ward_patient_days": {},
    "ward_stays": {"ends_before_it_starts": {"ward_stay_ended_at": "2026-01-05T08:29:00Z"}},
    "wards": {"negative_beds": {"beds": "-1"}, "ends_before_it_starts": {"valid_to_date": "2026-01-04"}},
}


def good_row(contract):
    """Every column filled with what its type may hold."""
    found = {}
    for column in contract.columns:
        text = next(iter(column.codes)) if column.codes else WRITTEN.get(column.type, "")
        found[column.name] = "9434765919" if column.is_nhs_number else text[: column.max_length]
    return found


@pytest.mark.parametrize("dataset", BROKEN)
def test_a_full_row_is_kept_and_each_check_sets_its_row_aside(dataset, home, tmp_path):
    contract = contracts()[dataset]
    assert {check.code for check in contract.checks} == set(BROKEN[dataset]), "every check has its row"
    key, row = contract.key[0], good_row(contract)
    late = [{**row, key: f"bad{place}", **wrong} for place, wrong in enumerate(BROKEN[dataset].values())]
    lacking = [{**row, key: f"no{place}", name: ""} for place, name in enumerate(contract.required) if name != key]
    file = tmp_path / f"{dataset}.csv"
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(row))
        writer.writeheader()
        writer.writerows([row, *late, *lacking])
    receipt = load_file(home, file=file, trust="RXX", dataset=dataset, today=date(2026, 2, 1))
    assert receipt.rows_kept == 1
    aside = [row["reasons"] for row in set_aside_rows(home, receipt)]
    assert aside == [*([code] for code in BROKEN[dataset]), *(["missing"] for _ in lacking)]
    held = _held(home, dataset)
    empty = [name for name, value in held.items() if value is None]
    assert empty == ([] if "nhs_number" in row else ["nhs_number_pseudonym"])
    assert {held[offset] for offset in contract.offsets} <= {0}
    assert receipt.window_first == receipt.window_last == "2026-01-05"


def _held(home, dataset):
    engine = open_engine()
    tables = [current_rows(home, engine, "RXX", dataset, bucket) for bucket in range(BUCKETS)]
    rows = [row for table in tables for row in engine.rows(table).to_pylist()]
    engine.close()
    assert len(rows) == 1
    return rows[0]
