"""The data quality of a trust's datasets in a snapshot: written, or linked where neither rows, rules nor the day are others.

A dataset's tables lie in files of their own: its place among the contracts is their bucket. What is not sent lies together.
"""

from collections.abc import Callable, Iterator
from datetime import date

import pyarrow as pa

from clockstop.contracts import contracts
from clockstop.intake import signatures
from clockstop.intake.bucket_build import Work
from clockstop.intake.bucket_files import path_of
from clockstop.intake.fact_build import Given, Signatures
from clockstop.intake.inputs import TrustInputs
from clockstop.intake.quality_asked import Asked
from clockstop.intake.quality_build import ISSUES, issues_and_counts
from clockstop.intake.quality_counts import SCHEMA as COUNTS
from clockstop.intake.quality_counts import not_judged
from clockstop.intake.quality_rows import parent_of
from clockstop.rules import facts
from clockstop.rules.quality import FoundTest, quality_rules, rules_of_dataset
from clockstop.rules.quality_persons import TABLES
from clockstop.rules.readings import Readings
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest

ISSUES_TABLE, COUNTS_TABLE = "quality_issues", "quality_counts"
QUALITY_TABLES = (ISSUES_TABLE, COUNTS_TABLE)
NOT_SENT = "The trust has sent no {dataset}."
Doing = Callable[[str], None]


def build_quality(work: Work, inputs: TrustInputs, given: Given, doing: Doing = lambda name: None) -> None:
    """Write the issues and counts of each dataset that the trust has sent, and say of the others that they were not."""
    signed = Signatures(work.home, inputs, work.as_of, work.readings, work.files)
    asked = Asked(work, inputs, given)
    for bucket, dataset in _sent(inputs):
        signature = signed.of_tables(f"quality {dataset}", needs_of(dataset))
        if work.take(inputs.trust, QUALITY_TABLES, bucket, signature):
            continue
        doing(f"data quality of {dataset}")
        for table, rows in zip(QUALITY_TABLES, issues_and_counts(asked, dataset), strict=True):
            work.write(rows, table=table, trust=inputs.trust, bucket=bucket, signature=signature)
    bucket, signature = len(contracts()), _signature_of_the_rest(inputs)
    if not work.take(inputs.trust, QUALITY_TABLES, bucket, signature):
        for table, rows in zip(QUALITY_TABLES, (ISSUES.empty_table(), _unsent(inputs)), strict=True):
            work.write(rows, table=table, trust=inputs.trust, bucket=bucket, signature=signature)


def expected_quality(
    home: Home, inputs: TrustInputs, before: Manifest, as_of: date, readings: Readings
) -> Iterator[tuple[str, str]]:
    """The path and signature of every file of the trust's data quality, were RTT's tables those of the snapshot before."""
    signed = Signatures(home, inputs, as_of, readings, before.files)
    files = [(bucket, signed.of_tables(f"quality {dataset}", needs_of(dataset))) for bucket, dataset in _sent(inputs)]
    for bucket, signature in (*files, (len(contracts()), _signature_of_the_rest(inputs))):
        yield from ((path_of(table, inputs.trust, bucket), signature) for table in QUALITY_TABLES)


def needs_of(dataset: str) -> set[str]:
    """The datasets and facts of which the data quality of a dataset is made."""
    rules = rules_of_dataset(dataset)
    tables = {name for rule in rules if isinstance(rule.test, FoundTest) for name in rule.test.tables}
    tables |= {need.partition(".")[0] for rule in rules for need in rule.needs}
    parent = parent_of(contracts()[dataset])
    known = {*contracts(), *facts()}
    made = {need for name in tables & set(TABLES) for need in TABLES[name].needs}
    return {dataset, *(tables & known), *made, *(() if parent is None else (parent[1],))}


def _sent(inputs: TrustInputs) -> Iterator[tuple[int, str]]:
    sent = {receipt.dataset for receipt in inputs.receipts}
    return ((bucket, dataset) for bucket, dataset in enumerate(sorted(contracts())) if dataset in sent)


def _signature_of_the_rest(inputs: TrustInputs) -> str:
    """Of what is not sent, which neither rows nor the day make another."""
    return signatures.of(
        "quality of what is not sent beside", signatures.code_version(), *(dataset for _, dataset in _sent(inputs))
    )


def _unsent(inputs: TrustInputs) -> pa.Table:
    sent = {dataset for _, dataset in _sent(inputs)}
    rest = [rule for rule in quality_rules().values() if rule.dataset not in sent]
    return pa.concat_tables([COUNTS.empty_table(), *(not_judged(rule, NOT_SENT.format(dataset=rule.dataset)) for rule in rest)])
