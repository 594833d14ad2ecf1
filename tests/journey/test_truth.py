"""Derivation, clock and generator agree: the events of the extracts, folded, give the periods that were meant."""

from datetime import date

import numpy as np
import pytest

from clockstop.synthetic.faults import faulted_pathways, marks
from clockstop.synthetic.group import Wanted
from clockstop.synthetic.organisations import TRUSTS
from clockstop.synthetic.population import generator
from clockstop.synthetic.truth import period_rows
from clockstop.synthetic.working_calendar import day_number
from synthetic_clocks import SUNDAY, THURSDAY, clocks, compared, open_pathways

pytestmark = pytest.mark.slow
CODES = [trust.code for trust in TRUSTS]


def true_periods(found, truth, day):
    return period_rows(found.trust, found.own, truth, day_number(day), np.zeros(len(found.own), dtype=bool))


@pytest.mark.parametrize("code", CODES)
def test_the_clocks_of_the_extracts_are_the_true_ones(histories, code):
    """Every period of every pathway: start, end, status, nullified, passed to another trust."""
    found, truth = histories[code]
    worked_out, meant = compared(clocks(found, truth, SUNDAY)), compared(true_periods(found, truth, SUNDAY))
    assert len(meant) > 4000
    assert worked_out == meant


def test_every_way_to_begin_and_end_a_period_is_there(histories):
    """The truth holds each ending and each opening, or the agreement above would prove little."""
    endings = {int(kind) for _, truth in histories.values() for kind in np.unique(truth.periods.ending)}
    openings = {int(kind) for _, truth in histories.values() for kind in np.unique(truth.periods.opening)}
    assert endings == set(range(12))
    assert openings == set(range(8))


@pytest.mark.parametrize("code", CODES)
def test_since_friday_there_is_something_to_say(histories, code):
    """Between the last two deliveries pathways join, stop and come back (a stop withdrawn by a correction)."""
    found, truth = histories[code]
    on_thursday, on_sunday = clocks(found, truth, THURSDAY), clocks(found, truth, SUNDAY)
    known_on_thursday = set(on_thursday.column("patient_pathway_identifier").to_pylist())
    before, after = open_pathways(on_thursday), open_pathways(on_sunday)
    assert len(after - known_on_thursday) > 0, "joined"
    assert len(before - after) > 0, "stopped"
    assert len((after & known_on_thursday) - before) >= 2, "came back"


def test_faults_are_planted_at_the_declared_rates(histories):
    """Brackenfell has three times the declared rate; the others have few, and no fault moves the truth."""
    days = Wanted().days
    shares = {}
    for place, code in enumerate(CODES):
        found, _ = histories[code]
        marked = marks(found, days, generator(Wanted(), place, 5))
        shares[code] = float(faulted_pathways(found, marked).mean())
    assert 0.03 < shares["ZZB"] < 0.12
    assert shares["ZZC"] < shares["ZZA"] < shares["ZZB"]


def test_what_lies_ahead_is_hidden(histories):
    """No date in an extract lies after its day, but for bookings, dates to come in and planned dates."""
    from clockstop.synthetic.deliveries import DATASETS
    from clockstop.synthetic.records import shown

    ahead = {"appointment_date", "offered_for_admission_date", "planned_due_date"}
    found, _ = histories["ZZB"]
    for dataset in DATASETS:
        rows = shown(found, dataset, day_number(date(2026, 11, 8)))
        for name in rows.column_names:
            if name.endswith("_date") and name not in ahead:
                latest = max(day for day in rows.column(name).to_pylist() if day is not None)
                assert latest <= date(2026, 11, 8), (dataset, name)
