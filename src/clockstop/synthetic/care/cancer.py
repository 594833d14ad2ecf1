"""Cancer care of the made-up trusts: the records, treatments and transfers of their cancer systems.

They are drawn from the same pathways, appointments, list entries and transfers as everything else. What is wrong on purpose is
planted here; what is right is told by cancer_truth.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.synthetic.care import FAULT_SCHEMA, Planted
from clockstop.synthetic.care import cancer_rows as rows_of
from clockstop.synthetic.care.cancer_published import published_rows
from clockstop.synthetic.care.cancer_records import Records, records_of
from clockstop.synthetic.care.cancer_treatments import Treatments, treatments_of
from clockstop.synthetic.care.cancer_truth import clock_rows, part_rows
from clockstop.synthetic.records import History

DATASETS = ("cancer_records", "cancer_treatments", "cancer_transfers")
# Rows in a thousand that are spoilt by each fault, before the trust's own factor.
FAULTS_A_THOUSAND = 1.5
# Of a handful of rows none is spoilt.
FEWEST_ROWS = 5
RECEIVED, TOLD = "cancer_referral_to_treatment_period_start_date", "cancer_faster_diagnosis_pathway_end_date"

# Each fault: its name, dataset, column, what the cell is made, which rows can have it, and the reason under which the row is set
# aside (null: it is loaded, wrong as it is).
FAULTS = (
    ("cancer_received_missing", "cancer_records", RECEIVED, None, RECEIVED, "missing"),
    ("cancer_told_before_referral", "cancer_records", TOLD, -1, TOLD, "told_before_referral"),
    ("cancer_suspected_type_unknown", "cancer_records", "two_week_wait_cancer_or_symptomatic_breast_referral_type", "15",
     "two_week_wait_cancer_or_symptomatic_breast_referral_type", "unknown_code"),
    ("cancer_adjustment_negative", "cancer_records", "waiting_time_adjustment_first_seen", -3, "date_first_seen",
     "negative_adjustment"),
    ("cancer_end_reason_without_date", "cancer_records", TOLD, None, TOLD, "end_reason_without_date"),
    ("cancer_adjustment_too_long", "cancer_records", "waiting_time_adjustment_first_seen", 400, "date_first_seen", None),
    ("cancer_first_seen_missing", "cancer_records", "date_first_seen", None, TOLD, None),
    ("cancer_told_of_nothing", "cancer_records", "cancer_faster_diagnosis_pathway_end_reason", None, TOLD, None),
    ("cancer_treated_before_decision", "cancer_treatments", "treatment_start_date_cancer", -1, "treatment_start_date_cancer",
     "treated_before_decision"),
    ("cancer_event_type_unknown", "cancer_treatments", "cancer_treatment_event_type", "99", "cancer_treatment_event_type",
     "unknown_code"),
    ("cancer_outpatient_pause", "cancer_treatments", "waiting_time_adjustment_treatment", 5, "treatment_start_date_cancer", None),
    ("cancer_received_before_sent", "cancer_transfers", "inter_provider_transfer_received_date", -1,
     "inter_provider_transfer_received_date", "received_before_sent"),
)  # fmt: skip
BEFORE = {TOLD: RECEIVED, "treatment_start_date_cancer": "cancer_treatment_period_start_date",
          "inter_provider_transfer_received_date": "inter_provider_transfer_sent_date"}  # fmt: skip
KEYS = {
    "cancer_records": "cancer_record_identifier",
    "cancer_treatments": "cancer_treatment_identifier",
    "cancer_transfers": "cancer_transfer_identifier",
}


def _drawn(found: History, rng: np.random.Generator) -> tuple[Records, Treatments]:
    of_records, of_treatments = rng.spawn(2)
    records = records_of(found, of_records)
    return records, treatments_of(found, records, of_treatments)


def extracts(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Each dataset at the end of `day`."""
    records, treatments = _drawn(found, rng)
    return {
        "cancer_records": rows_of.record_rows(found, records, day),
        "cancer_treatments": rows_of.treatment_rows(found, records, treatments, day),
        "cancer_transfers": rows_of.transfer_rows(found, records, day),
    }


def truth(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """The clocks at the end of `day`, under which words each is published, and the record of each treatment and transfer."""
    drawn = _drawn(found, rng)
    return {
        "clocks": clock_rows(found, *drawn, day),
        "parts": part_rows(found, *drawn, day),
        "published": published_rows(found, *drawn, day),
    }


def planted(rows: dict[str, pa.Table], found: History, day: int, rng: np.random.Generator) -> Planted:
    """The extracts with a few cells spoilt, each on a row of its own, and what was spoilt."""
    del day
    share = FAULTS_A_THOUSAND * found.trust.fault_factor / 1000
    taken: dict[str, set[int]] = {dataset: set() for dataset in DATASETS}
    faults = []
    for fault, dataset, column, cell, filled, reason in FAULTS:
        table = rows[dataset]
        can = table.column(filled).is_valid().to_numpy(zero_copy_only=False)
        if fault == "cancer_outpatient_pause":
            can &= pc.equal(table.column("cancer_care_setting_treatment"), "03").to_numpy(zero_copy_only=False)
        free = np.setdiff1d(np.flatnonzero(can), sorted(taken[dataset]))
        wanted = max(1, round(table.num_rows * share)) if table.num_rows >= FEWEST_ROWS else 0
        chosen = np.sort(rng.choice(free, min(wanted, len(free)), replace=False))
        taken[dataset] |= set(chosen.tolist())
        rows = {**rows, dataset: _spoilt(table, column, cell, chosen)}
        identifiers = table.column(KEYS[dataset]).take(pa.array(chosen)).to_pylist()
        faults += [
            {"fault": fault, "dataset": dataset, "record_identifier": one, "column": column, "reason": reason}
            for one in identifiers
        ]
    return Planted(rows=rows, faults=pa.Table.from_pylist(faults, FAULT_SCHEMA))


def _spoilt(table: pa.Table, column: str, cell: object, chosen: np.ndarray) -> pa.Table:
    """The table with the cell in the chosen rows; -1 of a date is the day before the date that it must not precede."""
    is_chosen = np.zeros(table.num_rows, dtype=bool)
    is_chosen[chosen] = True
    held = table.column(column)
    if column in BEFORE and cell == -1:
        days = pc.subtract(table.column(BEFORE[column]).cast(pa.date32()).cast(pa.int32()), pa.scalar(1, pa.int32()))
        spoilt = days.cast(pa.date32())
    else:
        spoilt = pa.scalar(cell, held.type)
    return table.set_column(table.column_names.index(column), column, pc.if_else(pa.array(is_chosen), spoilt, held))
