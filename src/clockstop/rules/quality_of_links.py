"""Rules about what points from one record to another: the record that it names must be there."""

from functools import partial

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.contracts import contracts
from clockstop.contracts.contract import Contract
from clockstop.rules.quality import INFORMATION, FoundTest, QualityRule, Today
from clockstop.rules.quality_columns import links

# A spell that is elective may stand among the spells of the clock alone.
SPELL, SPELLS = "hospital_provider_spell_identifier", "spells"
# The facts of beds say so already of ward stays (quality_of_marks.py).
_SAID_ELSEWHERE = ("ward_stays",)


def rules_of(contract: Contract) -> tuple[QualityRule, ...]:
    """One rule a column that points elsewhere."""
    return tuple(_rule(contract, column, *there) for column, there in links(contract).items())


def _rule(contract: Contract, column: str, dataset: str, name: str) -> QualityRule:
    title = contracts()[dataset].title
    tables = (dataset, SPELLS) if column == SPELL else (dataset,)
    return QualityRule(
        slug=f"no_{column.removesuffix('_identifier').removesuffix('_code')}", dataset=contract.name, kind="consistency",
        column=column,
        title=f"Names a record of {title[0].lower() + title[1:]} that is not there",
        definition=f"{column} names nothing in {dataset}. Records of before the first of {dataset} are not judged"
        + (f"; nor is a spell that stands in {SPELLS}." if column == SPELL else "."),
        what_to_do=f"Send the missing record of {dataset}, or correct the number; where many point nowhere, an extract is cut "
        f"short.",
        who_mends=INFORMATION,
        test=FoundTest(tables=tables, judged=partial(_points, column), found=partial(_leads_nowhere, column, name),
                       reads=(column, "day")),
        needs=(dataset, f"{contract.name}.{column}", f"{dataset}.{name}"),
        planted_as=("diagnostic_appointment_of_no_request",) if contract.name == "diagnostic_appointments" else (),
    )  # fmt: skip


def _points(column: str, rows: Table, today: Today) -> BooleanValue:
    return rows[column].notnull()


def _leads_nowhere(column: str, name: str, rows: Table, *, today: Today, **tables: Table) -> Table:
    (dataset, there), *others = tables.items()
    named = there.select(target=there[name]).distinct()
    for other in others:
        named = named.union(other[1].select(target=other[1][name]))
    first = there.aggregate(first_day=contracts()[dataset].day(there).min())
    lost = rows.filter(rows[column].notnull()).anti_join(named, [rows[column] == named.target]).cross_join(first)
    lost = lost.filter(lost.day.isnull() | (lost.day > lost.first_day))
    return lost.select("record", evidence=ibis.literal(f"{column} ") + lost[column])


RULES = tuple(rule for contract in contracts().values() if contract.name not in _SAID_ELSEWHERE for rule in rules_of(contract))
