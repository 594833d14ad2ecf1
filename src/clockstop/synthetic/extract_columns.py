"""The columns of an extract, made of a trust's records: identifiers, person, service, codes, days and instants."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.people import COMMISSIONERS, ETHNIC, NEIGHBOURHOODS, PRACTICES, SEXES

if TYPE_CHECKING:
    from clockstop.synthetic.records import History

FIRST_RECORD = 10_000_000  # the number of each dataset's first record
FIRST_PATHWAY = 400_000
SECONDS_A_DAY, SECONDS_A_MINUTE = 86_400, 60


def pathway_columns(history: "History", pathway: NDArray[np.int32]) -> dict[str, pa.Array]:
    """The columns of `contracts.people.PATHWAY`, for pathways by their place."""
    return {
        "patient_pathway_identifier": pathway_identifiers(history.trust, pathway),
        "organisation_identifier_patient_pathway_identifier_issuer": constant(history.trust.code, len(pathway)),
    }


def pathway_identifiers(trust: Trust, pathway: NDArray[np.int32]) -> pa.Array:
    """The identifiers, as in BKF-400027."""
    return prefixed(f"{trust.prefix}-", FIRST_PATHWAY + pathway.astype(np.int64))


def service_columns(history: "History", pathway: NDArray[np.int32]) -> dict[str, pa.Array]:
    """The columns of `contracts.people.SERVICE`."""
    trust, services = history.trust, history.services
    return {
        "activity_treatment_function_code": named(trust.services, history.own.service[pathway]),
        "organisation_site_identifier_of_treatment": named(tuple(trust.sites), services.site[pathway]),
        "consultant_code": prefixed("C", 9_900_000 + services.consultant[pathway].astype(np.int64)),
        "priority_type_code": numbers(services.priority[pathway]),
    }


def person_columns(history: "History", pathway: NDArray[np.int32]) -> dict[str, pa.Array]:
    """The columns of `contracts.people.PERSON`, for pathways by their place."""
    return person_columns_of(history, history.own.person[pathway])


def person_columns_of(history: "History", person: NDArray[np.int32]) -> dict[str, pa.Array]:
    """The columns of `contracts.people.PERSON`, for people by their place."""
    persons = history.persons
    return {
        "nhs_number": prefixed("", persons.nhs_number[person]),
        "local_patient_identifier": prefixed("", persons.hospital_number[person].astype(np.int64)),
        "person_birth_date": dates(persons.birth_day[person]),
        "sex": named(SEXES, persons.sex[person]),
        "ethnic_category": named(ETHNIC, persons.ethnic[person]),
        "index_of_multiple_deprivation_decile": pa.array(persons.decile[person].astype(np.int64)),
        "neighbourhood": named(NEIGHBOURHOODS, persons.neighbourhood[person]),
        "referring_practice": named(PRACTICES, persons.practice[person]),
        "commissioner": named(COMMISSIONERS, persons.commissioner[person]),
    }


def clinic_codes(history: "History", pathway: NDArray[np.int32]) -> pa.Array:
    """The clinic in which the patients of each pathway are seen: two a service."""
    codes = tuple(f"{history.trust.prefix}{service}{letter}" for service in history.trust.services for letter in "AB")
    return named(codes, history.own.service[pathway].astype(np.int32) * 2 + pathway % 2)


def record_identifiers(trust: Trust, letters: str, place: NDArray[np.int64]) -> pa.Array:
    """The identifiers of records by their place, as in BKFA10000001: the trust's prefix, the dataset's letters, a number."""
    return prefixed(f"{trust.prefix}{letters}", FIRST_RECORD + place)


def prefixed(prefix: str, values: NDArray[np.int64], hidden: NDArray[np.bool_] | None = None) -> pa.Array:
    """The numbers as text after a prefix; null where hidden."""
    text = pc.cast(pa.array(values, mask=hidden), pa.string())
    return pc.binary_join_element_wise(prefix, text, "") if prefix else text


def numbers(values: NDArray[np.int64], hidden: NDArray[np.bool_] | None = None) -> pa.Array:
    """The numbers as text, as codes are; null where hidden."""
    return pc.cast(pa.array(values, mask=hidden), pa.string())


def named(names: tuple[str, ...], places: NDArray[np.int64]) -> pa.Array:
    """The name at each place; null at -1."""
    indices = pa.array(places.astype(np.int32), mask=places < 0)
    return pc.take(pa.array(list(names), pa.string()), indices)


def dates(values: NDArray[np.int32], day: int = NEVER - 1) -> pa.Array:
    """The days as dates, null where they never come or lie after `day`."""
    return pa.array(values.astype(np.int32), mask=values > min(day, NEVER - 1)).cast(pa.int32()).view(pa.date32())


def instants(days: NDArray[np.int32], minutes: NDArray[np.int64], day: int = NEVER - 1) -> pa.Array:
    """The minute of each day (0 is midnight; beyond 1,440 it is the next day) as a local date and time; null as in `dates`."""
    is_hidden = days > min(day, NEVER - 1)
    seconds = np.where(is_hidden, 0, days).astype(np.int64) * SECONDS_A_DAY + np.asarray(minutes, np.int64) * SECONDS_A_MINUTE
    return pa.array(seconds, mask=is_hidden).cast(pa.timestamp("s"))


def constant(text: str, number: int) -> pa.Array:
    """The same text so many times."""
    return pa.repeat(pa.scalar(text), number)
