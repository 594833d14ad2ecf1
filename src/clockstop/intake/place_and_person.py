"""Place and person on the rows of a fact: the dimensions, of the row's own columns where they are filled, else of its pathway."""

from datetime import date

import ibis
from ibis.expr.types import Table, Value

from clockstop.intake.facts import age_band
from clockstop.intake.pathways import PATHWAY, RENAMED
from clockstop.rules.deprivation import quintiles
from clockstop.rules.treatment_functions import reported_function

FUNCTION, BIRTH_DATE, DECILE = "activity_treatment_function_code", "person_birth_date", "index_of_multiple_deprivation_decile"
# What every fact has: where the work was done, and whose it was.
PLACE = {FUNCTION: "string", "division": "string", "service": "string", "site": "string", "consultant": "string"}
# What a fact that tells of patients has beside them; the birth date becomes an age band.
PERSON = {
    "local_patient_identifier": "string", "nhs_number_pseudonym": "string", "priority": "string", "sex": "string",
    "ethnic_category": "string", "deprivation_quintile": "int64", "neighbourhood": "string", "referring_practice": "string",
    "commissioner": "string", BIRTH_DATE: "date",
}  # fmt: skip
AGE_BAND = "age_band"
_OF_PATHWAY = "pathway_"


def with_place_and_person(rows: Table, people: Table, divisions: Table, *, as_of: date) -> Table:
    """The rows with division, service, site and consultant, and the person's dimensions where they tell of patients.

    `people` has the pathways of the trust (rtt_pathways), `divisions` the division of each treatment function. The age is that on
    the `start_date` of a row where it has one, as of RTT's clocks, else that on `as_of`. A column that the rows have is kept, and
    filled from the pathway where it is null.
    """
    rows = _in_our_words(rows)
    wanted = {**PLACE, **PERSON} if _tells_of_patients(rows) else PLACE
    computed = {"service", "division"}
    rows = _filled(rows, people, {name: kind for name, kind in wanted.items() if name not in computed})
    rows = _with_service(rows, divisions)
    return _with_age(rows, as_of) if BIRTH_DATE in rows.columns else rows


def _in_our_words(rows: Table) -> Table:
    """The rows with the dimensions' shorter names, and fifths of deprivation for its tenths."""
    rows = rows.rename({ours: theirs for ours, theirs in RENAMED.items() if theirs in rows.columns and ours not in rows.columns})
    if DECILE not in rows.columns:
        return rows
    return rows.mutate(deprivation_quintile=_first_of(rows, "deprivation_quintile", quintiles(rows[DECILE]))).drop(DECILE)


def _tells_of_patients(rows: Table) -> bool:
    return any(name in rows.columns for name in (PATHWAY, AGE_BAND, *PERSON))


def _filled(rows: Table, people: Table, wanted: dict[str, str]) -> Table:
    """The rows with these columns: their own, filled from their pathway."""
    own = list(rows.columns)
    if PATHWAY not in own:
        return rows.mutate(**{name: ibis.null(kind) for name, kind in wanted.items() if name not in own})
    known = people.select(**{f"{_OF_PATHWAY}{name}": people[name] for name in (PATHWAY, *wanted)})
    rows = rows.left_join(known, rows[PATHWAY] == known[f"{_OF_PATHWAY}{PATHWAY}"])
    columns = {name: _first_of(rows, name, rows[f"{_OF_PATHWAY}{name}"].cast(kind)) for name, kind in wanted.items()}
    return rows.select(*(name for name in own if name not in columns), **columns)


def _with_service(rows: Table, divisions: Table) -> Table:
    """The rows with the national function that theirs is reported under, and the division that claims it."""
    function = rows[FUNCTION]
    service = function.isnull().ifelse(ibis.null("string"), reported_function(function))
    claimed = divisions.rename({f"{_OF_PATHWAY}function": "function_code", f"{_OF_PATHWAY}division": "division"})
    rows = rows.mutate(service=_first_of(rows, "service", service))
    rows = rows.left_join(claimed, rows[FUNCTION] == claimed[f"{_OF_PATHWAY}function"])
    rows = rows.mutate(division=_first_of(rows, "division", rows[f"{_OF_PATHWAY}division"]))
    return rows.drop(f"{_OF_PATHWAY}function", f"{_OF_PATHWAY}division")


def _with_age(rows: Table, as_of: date) -> Table:
    on = ibis.literal(as_of)
    if "start_date" in rows.columns:
        on = rows.start_date.cast("date").fill_null(on)
    return rows.mutate(**{AGE_BAND: _first_of(rows, AGE_BAND, age_band(rows[BIRTH_DATE], on))}).drop(BIRTH_DATE)


def _first_of(rows: Table, name: str, other: Value) -> Value:
    """The row's own value; the other where it has none."""
    return rows[name].fill_null(other) if name in rows.columns else other
