"""What a rule of data quality says that it reads is all that it is given: each can be written of these columns alone."""

import ibis
import pytest

from clockstop.contracts import contracts
from clockstop.contracts.contract import DATA_TYPES
from clockstop.rules.quality import TODAY, FoundTest, RowTest, quality_rules
from clockstop.rules.quality_columns import BIRTH, kept_name
from clockstop.rules.quality_persons import TABLES

KNOWN = {"record": "string", "person": "string", "day": "date", TODAY: "date", "known_sex": "string", f"known_{BIRTH}": "date",
         "known_activity_treatment_function_code": "string"}  # fmt: skip
RULES = [rule for rule in quality_rules().values() if isinstance(rule.test, RowTest | FoundTest) and rule.test.reads]


def columns_of(dataset):
    return {kept_name(column): DATA_TYPES[column.type] for column in contracts()[dataset].columns}


def table_of(name):
    """A dataset without rows, or a table of persons made of such."""
    if name in TABLES:
        return TABLES[name].build(**{need: table_of(need) for need in TABLES[name].needs})
    return ibis.table({**columns_of(name), "source_dataset": "string"}, name=name)


def test_most_rules_say_what_they_read():
    assert len(RULES) > 500


@pytest.mark.parametrize("dataset", sorted({rule.dataset for rule in RULES}))
def test_each_rule_is_written_of_what_it_reads(dataset):
    """A column that is not named would be missing here, as it is in a refresh."""
    kinds = {**columns_of(dataset), **KNOWN}
    for rule in (rule for rule in RULES if rule.dataset == dataset):
        rows = ibis.table({name: kinds[name] for name in dict.fromkeys(("record", TODAY, *rule.test.reads))}, name="rows")
        if isinstance(rule.test, RowTest):
            judged = rule.test.judged(rows, rows[TODAY]) if rule.test.judged else ibis.literal(True)
            found = rows.filter(rule.test.failed(rows, rows[TODAY]), judged).mutate(evidence=rule.test.evidence)
        elif set(rule.test.tables) <= {*contracts(), *TABLES}:
            found = rule.test.found(rows, **{name: table_of(name) for name in rule.test.tables}, today=ibis.date("2026-11-15"))
        else:
            continue
        assert {"record", "evidence"} <= set(found.columns)
        if isinstance(rule.test, FoundTest) and rule.test.screen is not None:
            assert rule.test.screen(rows).type().is_boolean()
