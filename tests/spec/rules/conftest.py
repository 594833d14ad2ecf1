"""Facts of drawn tables, and the check of one data-quality flag over them."""

import pytest

from clockstop.rules.readings import Readings
from clockstop.rules.rtt_flag_facts import Facts
from clockstop.rules.rtt_flag_rows import flag_rows
from flag_facts import COLUMNS, TODAY, complete

DEFAULTS = Readings()


@pytest.fixture
def facts(engine):
    """Facts of the drawn tables on each engine."""

    def of(readings=DEFAULTS, **drawn):
        tables = {name: engine.memory(complete(name, drawn.get(name))) for name in COLUMNS}
        return Facts(**tables, as_of=TODAY, readings=readings)

    return of


@pytest.fixture
def flagged(engine, facts):
    """Check that exactly the pathways of the drawn expectation have the flag, each with its evidence."""

    def check(slug, expect, *, readings=DEFAULTS, **drawn):
        rows = engine.rows(flag_rows(facts(readings, **drawn), [slug]))
        got = {row["patient_pathway_identifier"]: row["evidence"] for row in rows.to_pylist()}
        assert got == expect
        return {row["patient_pathway_identifier"] for row in rows.to_pylist() if row["is_current"]}

    return check
