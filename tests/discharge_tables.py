"""Drawn wards, spells, ward stays and rounds, with short names for long columns, and the facts that are made of them."""

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from clockstop import rules
from clockstop.rules.readings import Readings
from contract_tables import dataset

SHORT = {
    "spell": "hospital_provider_spell_identifier", "stay": "ward_stay_identifier", "ward": "ward_code",
    "patient": "local_patient_identifier",
    "from": "ward_stay_started_at", "to": "ward_stay_ended_at", "started": "spell_started_at", "ended": "spell_ended_at",
    "method": "admission_method_code", "how": "discharge_method_code", "to_place": "discharge_destination_code",
    "source": "source_of_admission_code", "class": "patient_classification_code", "born": "person_birth_date",
    "lounge": "discharge_lounge_at", "edd": "estimated_discharge_date", "edd_set": "estimated_discharge_date_set_at",
    "entry": "discharge_ready_identifier", "ready": "discharge_ready_date", "status": "ready_status",
    "recorded": "recorded_at", "pathway": "pathway_of_discharge", "reason": "delay_reason", "day": "round_date",
    "row": "ward_patient_day_identifier", "resides": "meets_criteria_to_reside", "senior": "is_senior_reviewed",
    "held": "is_held", "began": "round_started_at", "over": "round_ended_at", "type": "ward_type", "since": "valid_from_date",
}  # fmt: skip
WARDS = """
    ward | since      | ward_name | type             | beds
    -----+------------+-----------+------------------+-----
    W1   | 2020-01-01 | Elm       | general          | 20
    W2   | 2020-01-01 | Oak       | general          | 20
    AMU  | 2020-01-01 | AMU       | assessment       | 20
    LNG  | 2020-01-01 | Lounge    | discharge_lounge | 0
    MAT  | 2020-01-01 | Maternity | maternity        | 20
"""
DATASETS = (
    "inpatient_spells", "ward_stays", "wards", "discharge_ready_dates", "ward_patient_days", "board_rounds", "virtual_ward_stays",
)  # fmt: skip
DEFAULTS = {"inpatient_spells": {"admission_method_code": "21", "patient_classification_code": "1"}}


# What names a row of a group: the group stands before it, so that the rows of many groups can lie in one dataset.
NAMED_BY = (
    "hospital_provider_spell_identifier", "ward_stay_identifier", "discharge_ready_identifier", "ward_patient_day_identifier",
    "local_patient_identifier",
)  # fmt: skip


def drawn(name, *groups):
    """The dataset of drawn rows, each of the `groups` a pair of its name and its text with short names of columns."""
    return pa.concat_tables([dataset(name), *(_of_group(name, group, text) for group, text in groups)])


def _of_group(name, group, text):
    lines = [line for line in text.splitlines() if line.strip()]
    names = [SHORT.get(cell.strip(), cell.strip()) for cell in lines[0].split("|")]
    found = dataset(name, "\n".join([" | ".join(names), *lines[1:]]))
    for column, value in DEFAULTS.get(name, {}).items():
        found = found.set_column(found.column_names.index(column), column, found.column(column).fill_null(value))
    for column in NAMED_BY:
        if column in found.column_names and group:
            named = pc.binary_join_element_wise(pa.scalar(group), found.column(column), " ")
            found = found.set_column(found.column_names.index(column), column, named)
    return found


def facts_of(engine, *wanted, as_of, at=None, groups):
    """The rows of the wanted facts, by their own declarations, made of what `groups` draw: {group: {dataset: text}}."""
    known = rules.facts()
    texts = {"": {"wards": WARDS}} | groups
    tables = {
        name: engine.memory(drawn(name, *((group, given[name]) for group, given in texts.items() if name in given)))
        for name in DATASETS
    }
    for name in _in_order(wanted, known):
        tables[name] = engine.memory(engine.rows(built(known[name], tables, as_of=as_of, at=at)))
    return tables


def built(fact, tables, *, as_of, at=None, readings=None):
    """The expression of a fact over the tables that it needs."""
    live = {"at": ibis.literal(at, type="timestamp")} if fact.is_live else {}
    return fact.build(**{need: tables[need] for need in fact.needs}, as_of=as_of, readings=readings or Readings(), **live)


def _in_order(wanted, known):
    needed, left = set(), list(wanted)
    while left:
        name = left.pop()
        if name in known and name not in needed:
            needed.add(name)
            left += known[name].needs
    return [name for name in known if name in needed]


def of_group(rows, group):
    """The rows of a group, its name taken off again, with the short names of their columns."""
    chosen = {"hospital_provider_spell_identifier": "spell", "ward_code": "ward", "discharge_ready_date": "ready",
              "meets_criteria_to_reside": "resides"}  # fmt: skip
    rows = rows.filter(pc.starts_with(rows.column("hospital_provider_spell_identifier"), f"{group} "))
    for column in ("hospital_provider_spell_identifier", "readmission_spell_identifier"):
        if column in rows.column_names:
            bare = pc.utf8_slice_codeunits(rows.column(column), len(group) + 1)
            rows = rows.set_column(rows.column_names.index(column), column, bare)
    return rows.rename_columns([chosen.get(name, name) for name in rows.column_names])
