"""Made-up people and services for the pathways that the jobs are measured on, as `rtt_pathways` holds them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.bench.histories import CENSUS
from clockstop.rules.treatment_functions import roll_up

TRUSTS = ("RXP", "RXQ", "RXR", "RXS")
_DIVISIONS = ("Medicine", "Surgery", "Women and children", "Cancer and diagnostics", "Specialist services")
# How many different values a trust has of each, about as many as a large one.
_MANY = {"site": 3, "neighbourhood": 12, "consultant": 150, "referring_practice": 80, "commissioner": 4}
_SEX, _ETHNIC, _PRIORITY = ("1", "2"), ("A", "B", "C", "H", "J", "M", "N", "Z"), ("1", "2", "3")


def people(identifiers: pa.Array, rng: np.random.Generator) -> pa.Table:
    """One row a pathway, everything about it drawn evenly."""
    rows = len(identifiers)
    functions = roll_up()
    codes = tuple(sorted(code for code in functions if code.isdecimal()))
    function = rng.integers(len(codes), size=rows)
    columns = {
        "patient_pathway_identifier": identifiers,
        "organisation_identifier_patient_pathway_identifier_issuer": pa.nulls(rows, pa.string()),
        "local_patient_identifier": pc.binary_join_element_wise("H", pc.utf8_slice_codeunits(identifiers, 3), ""),
        "nhs_number_pseudonym": pa.nulls(rows, pa.string()),
        "person_birth_date": _birth_dates(rows, rng),
        "sex": _drawn(_SEX, rows, rng),
        "ethnic_category": _drawn(_ETHNIC, rows, rng),
        "referral_request_received_date": pa.nulls(rows, pa.date32()),
        "last_pas_validation_date": pa.nulls(rows, pa.date32()),
        "activity_treatment_function_code": _words(codes, function),
        "service": _words(tuple(functions[code] for code in codes), function),
        "division": _words(_DIVISIONS, function % len(_DIVISIONS)),
        "deprivation_quintile": pa.array(rng.integers(1, 6, size=rows)),
        "priority": _drawn(_PRIORITY, rows, rng),
    }
    columns |= {name: _drawn(tuple(f"{name.upper()[:4]}{n}" for n in range(many)), rows, rng) for name, many in _MANY.items()}
    return pa.table(columns)


def service_columns(pathway: np.ndarray, trust: str) -> dict[str, pa.Array]:
    """The service and the site of pathways by their number, as a trust's own extract of events names them."""
    codes = ("100", "101", "110", "120", "130", "301", "320", "330", "400", "502")
    return {
        "activity_treatment_function_code": _words(codes, pathway % len(codes)),
        "organisation_site_identifier_of_treatment": _words((f"{trust}01", f"{trust}02"), pathway % 2),
    }


def _birth_dates(rows: int, rng: np.random.Generator) -> pa.Array:
    return pa.array(np.datetime64(CENSUS) - rng.integers(0, 95 * 365, size=rows))


def _drawn(words: tuple[str, ...], rows: int, rng: np.random.Generator) -> pa.Array:
    return _words(words, rng.integers(len(words), size=rows))


def _words(words: tuple[str, ...], places: np.ndarray) -> pa.Array:
    return pa.array(words).take(pa.array(places))
