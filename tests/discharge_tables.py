"""Drawn wards, spells, ward stays and rounds, with short names for long columns, and the facts that are made of them."""

import ibis

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


def drawn(name, text):
    """The dataset drawn with short names; what every row of the house has stands in by itself."""
    if not text:
        return dataset(name)
    lines = [line for line in text.splitlines() if line.strip()]
    names = [SHORT.get(cell.strip(), cell.strip()) for cell in lines[0].split("|")]
    found = dataset(name, "\n".join([" | ".join(names), *lines[1:]]))
    for column, value in DEFAULTS.get(name, {}).items():
        place = found.column_names.index(column)
        filled = found.column(column).fill_null(value)
        found = found.set_column(place, column, filled)
    return found


def facts_of(engine, *wanted, as_of, at=None, readings=None, **texts):
    """The rows of the wanted facts of beds and discharge, made of the drawn datasets by their own declarations."""
    texts = {"wards": WARDS, **texts}
    known = rules.facts()
    tables = {name: engine.memory(drawn(name, texts.get(name))) for name in DATASETS}
    found = {}
    for name in _in_order(wanted, known):
        fact = known[name]
        given = {need: found.get(need, tables.get(need)) for need in fact.needs}
        live = {"at": ibis.literal(at, type="timestamp")} if fact.is_live else {}
        rows = fact.build(**given, as_of=as_of, readings=readings or Readings(), **live)
        found[name] = engine.memory(engine.rows(rows))
    return found


def _in_order(wanted, known):
    needed, left = set(), list(wanted)
    while left:
        name = left.pop()
        if name in known and name not in needed:
            needed.add(name)
            left += known[name].needs
    return [name for name in known if name in needed]


def short(rows):
    """The rows with the short names of their columns where these are free."""
    chosen = {"hospital_provider_spell_identifier": "spell", "ward_code": "ward", "discharge_ready_date": "ready"}
    return rows.rename_columns([chosen.get(name, name) for name in rows.column_names])
