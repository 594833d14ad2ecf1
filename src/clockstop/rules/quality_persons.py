"""What all datasets together say of persons: who has died, which numbers one person has, whose birth and sex are which.

A person is known by the keyed hash of the NHS number, else by the hospital's number.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

import ibis
from ibis.expr.types import DateValue, StringValue, Table

from clockstop.contracts import contracts
from clockstop.rules.quality_columns import BIRTH, PSEUDONYM

LOCAL = "local_patient_identifier"
# The method of a discharge by death (NHS Data Dictionary, DISCHARGE METHOD CODE).
DIED = "4"
# The datasets that say who the patient is.
OF_PERSONS = tuple(
    name for name, contract in contracts().items() if any(column.is_nhs_number for column in contract.columns)
)  # fmt: skip


@dataclass(frozen=True)
class PersonTable:
    """A table made of several datasets once for all rules that need it; a dataset that was not sent is empty."""

    needs: tuple[str, ...]
    build: Callable[..., Table]


def person_of(rows: Table) -> StringValue:
    """The person of a row, as the rows of rules name it."""
    return ibis.coalesce(rows[PSEUDONYM], ibis.literal("hospital number ") + rows[LOCAL])


def deaths(*, referrals: Table, cancer_records: Table, diagnostic_requests: Table, inpatient_spells: Table) -> Table:
    """Who has died, by any record: `person`, `death_date` (the latest that is told)."""
    told = (
        _died(referrals, referrals.person_death_date),
        _died(cancer_records, cancer_records.person_death_date),
        _died(cancer_records, (cancer_records.removal_reason == "died").ifelse(cancer_records.removal_date, ibis.null("date"))),
        _died(
            diagnostic_requests,
            (diagnostic_requests.removal_reason == "died").ifelse(diagnostic_requests.removal_date, ibis.null("date")),
        ),
        _died(
            inpatient_spells,
            (inpatient_spells.discharge_method_code == DIED).ifelse(inpatient_spells.spell_ended_at.date(), ibis.null("date")),
        ),
    )
    rows = _union(told)
    return rows.group_by("person").aggregate(death_date=rows.death_date.max())


def _died(rows: Table, day: DateValue) -> Table:
    found = rows.select(person=person_of(rows), death_date=day.cast("date"))
    return found.filter(found.person.notnull(), found.death_date.notnull())


def numbers(**datasets: Table) -> Table:
    """Each pair of NHS number and hospital number, with how often any record has it and which is the usual partner of each.

    `usual_local` is the commonest hospital number of the NHS number, `usual_nhs` the reverse; of equals the lesser.
    """
    rows = _union(_both(rows) for rows in datasets.values())
    pairs = rows.group_by(PSEUDONYM, LOCAL).aggregate(number=rows.count())
    of_nhs = ibis.window(group_by=PSEUDONYM, order_by=[ibis.desc("number"), LOCAL])
    of_local = ibis.window(group_by=LOCAL, order_by=[ibis.desc("number"), PSEUDONYM])
    return pairs.mutate(usual_local=pairs[LOCAL].first().over(of_nhs), usual_nhs=pairs[PSEUDONYM].first().over(of_local))


def _both(rows: Table) -> Table:
    return rows.filter(rows[PSEUDONYM].notnull(), rows[LOCAL].notnull()).select(PSEUDONYM, LOCAL)


def persons(**datasets: Table) -> Table:
    """The usual birth date and sex of each NHS number that several records have: `nhs_number_pseudonym, usual_birth, usual_sex`."""
    rows = _union(rows.filter(rows[PSEUDONYM].notnull()).select(PSEUDONYM, BIRTH, "sex") for rows in datasets.values())
    return rows.group_by(PSEUDONYM).aggregate(
        usual_birth=rows[BIRTH].mode(), usual_sex=rows.sex.mode(where=rows.sex.isin(["1", "2"])), records=rows.count()
    )


def _union(parts: Iterable[Table]) -> Table:
    return reduce(lambda one, other: one.union(other), parts)


# By the name under which rules ask for it.
TABLES = {
    "person_deaths": PersonTable(("referrals", "cancer_records", "diagnostic_requests", "inpatient_spells"), deaths),
    "person_numbers": PersonTable(OF_PERSONS, numbers),
    "person_details": PersonTable(OF_PERSONS, persons),
}
