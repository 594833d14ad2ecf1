"""A live fact of a test's own: visits to a walk-in room, and who is in it now."""

import sys
from importlib import import_module

import pyarrow as pa

import clockstop.contracts
import clockstop.rules
from clockstop.intake.place_and_person import PERSON, PLACE

CONTRACT = '''
"""Visits, a contract of a test's own."""

from clockstop.contracts.contract import Column, Contract

CONTRACT = Contract(
    name="visits_of_a_test",
    title="Visits of a test",
    key=("visit_identifier",),
    window="arrived_at",
    grouped_by="visit_identifier",
    columns=(
        Column(name="visit_identifier", type="text", meaning="the visit", is_required=True),
        Column(name="arrived_at", type="instant", meaning="when it began", is_required=True),
        Column(name="left_at", type="instant", meaning="when it ended"),
    ),
)
'''
FACTS = '''
"""Facts of a test's own, the second of them live."""

from ibis import _

from clockstop.rules.fact import Fact
from clockstop.rules.local_time import minute_of


def _visits(visits_of_a_test, *, as_of, readings):
    return visits_of_a_test.mutate(patient_pathway_identifier=_.visit_identifier).filter(_.arrived_at.date() <= as_of)


def _here(visits_seen_of_a_test, *, as_of, at, readings):
    rows = visits_seen_of_a_test.filter((_.arrived_at <= at) & (_.left_at.isnull() | (_.left_at > at)))
    return rows.mutate(minutes=(minute_of(at) - minute_of(rows.arrived_at)).cast("int64"))


FACTS = (
    Fact(name="visits_seen_of_a_test", title="Visits", row="a visit", needs=("visits_of_a_test",), build=_visits,
         order=("visit_identifier",)),
    Fact(name="visitors_now_of_a_test", title="Who is here", row="a visitor", needs=("visits_seen_of_a_test",), build=_here,
         order=("arrived_at", "visit_identifier"), is_live=True),
)
'''
NOW = "visitors_now_of_a_test"
DATASET = "visits_of_a_test"
PEOPLE = pa.schema(
    [("trust", pa.string()), ("patient_pathway_identifier", pa.string())]
    + [(name, {"int64": pa.int64(), "date": pa.date32()}.get(kind, pa.string())) for name, kind in {**PLACE, **PERSON}.items()]
)


def declare(monkeypatch, folder) -> None:
    """Let the house find the contract and the facts above until the test ends."""
    for package, text in ((clockstop.contracts, CONTRACT), (clockstop.rules, FACTS)):
        place = folder / package.__name__
        place.mkdir(parents=True)
        (place / "visits_of_a_test.py").write_text(text)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(place)])
        name = f"{package.__name__}.visits_of_a_test"
        sys.modules.pop(name, None)
        monkeypatch.setitem(sys.modules, name, import_module(name))
    monkeypatch.setattr(clockstop.rules, "FACT_MODULES", (*clockstop.rules.FACT_MODULES, "visits_of_a_test"))
