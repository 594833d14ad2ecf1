"""A contract, facts and measures of a test's own, found as those of the house are."""

import sys
from importlib import import_module

import clockstop.contracts
import clockstop.measures.catalogue
import clockstop.rules
from clockstop.measures.catalogue import families, measures
from clockstop.rules.quality import quality_rules

CONTRACT = '''
"""Scans, a contract of a test's own."""

from clockstop.contracts.contract import Column, Contract
from clockstop.contracts.people import SERVICE

CONTRACT = Contract(
    name="scans_of_a_test",
    title="Scans of a test",
    key=("scan_identifier",),
    window="scan_date",
    grouped_by="scan_identifier",
    columns=(
        Column(name="scan_identifier", type="text", meaning="the scan", is_required=True),
        Column(name="patient_pathway_identifier", type="text", meaning="the pathway, where it is of one"),
        Column(name="scan_date", type="date", meaning="its day", is_required=True),
        Column(name="reported_at", type="instant", meaning="when it was reported"),
        Column(name="minutes", type="number", meaning="how long it took"),
        Column(name="sex", type="text", meaning="of the person"),
        *SERVICE,
    ),
)
'''

FACTS = '''
"""Facts of a test's own."""

from ibis import _

from clockstop.rules import rtt
from clockstop.rules.fact import Clocks, Fact, Lane


def _done(scans_of_a_test, *, as_of, readings):
    return scans_of_a_test.filter(_.scan_date <= as_of)


def _open(scans_done_of_a_test, *, as_of, readings):
    rows = scans_done_of_a_test.filter(_.reported_at.isnull())
    return rows.mutate(days_waited=rows.scan_date.delta(as_of, unit="day").negate().cast("int32"))


FACTS = (
    Fact(name="scans_done_of_a_test", title="Scans done", row="a scan", needs=("scans_of_a_test",), build=_done,
         order=("scan_date", "scan_identifier")),
    Fact(name="scans_unreported_of_a_test", title="Scans without a report", row="a scan", needs=("scans_done_of_a_test",),
         build=_open, order=("scan_identifier",)),
    Fact(name="sent_events_of_a_test", title="Events as sent", row="an event", needs=("rtt_events",),
         build=lambda rtt_events, as_of, readings: rtt_events, order=("patient_pathway_identifier", "event_date")),
    Clocks(name="sent_clocks_of_a_test", title="Their clocks", row="a period", events="sent_events_of_a_test",
           folds={"rtt": rtt.clock}, lanes={"rtt": Lane(title="Referral to treatment", within_days=126)}),
)
'''

MEASURES = '''
"""Measures of a test's own."""

from ibis import _

from clockstop.measures.measure import Measure

MEASURES = (
    Measure(slug="scan_minutes_of_a_test", title="Minutes a scan", table="scans_done_of_a_test", kind="mean", counted="by date",
            day="scan_date", numerator=_.minutes, denominator=_.minutes.notnull(), improvement="down", definition="A test.",
            source="A test.", rules=()),
)
'''


def declare(monkeypatch, folder) -> None:
    """Let the house find the contract, the facts and the measures above until the test ends.

    The rules of data quality are made of the contracts once a process: they are listed before, so that no test meets others.
    """
    quality_rules()
    for package, text in ((clockstop.contracts, CONTRACT), (clockstop.rules, FACTS), (clockstop.measures.catalogue, MEASURES)):
        place = folder / package.__name__
        place.mkdir(parents=True)
        (place / "scans_of_a_test.py").write_text(text)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(place)])
        name = f"{package.__name__}.scans_of_a_test"
        sys.modules.pop(name, None)
        monkeypatch.setitem(sys.modules, name, import_module(name))
    monkeypatch.setattr(clockstop.rules, "FACT_MODULES", (*clockstop.rules.FACT_MODULES, "scans_of_a_test"))
    forget_measures()


def forget_measures() -> None:
    """Let the measures be listed again."""
    families.cache_clear()
    measures.cache_clear()
