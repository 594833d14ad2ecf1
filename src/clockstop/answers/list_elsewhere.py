"""Where a pathway is of which our clocks know nothing: set aside when it was loaded, at another trust, or unread in the list."""

import json
from collections.abc import Iterator

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.list_matching import PATHWAY, Asked, plain_identifier
from clockstop.answers.scope import Scope
from clockstop.contracts import contracts
from clockstop.intake import ledger
from clockstop.intake.check import reason_words
from clockstop.intake.list_file import SetAside
from clockstop.intake.map import plain, read_mapping
from clockstop.rules.list_comparison import ONLY_THERE

_ASIDE = pa.schema(
    {
        "trust": pa.string(),
        "their_pathway": pa.string(),
        "set_aside_words": pa.string(),
        "place": pa.int64(),
        "source_row": pa.int64(),
    }
)


def lend_elsewhere(scope: Scope, desk: Desk, asked: Asked, unread: tuple[SetAside, ...]) -> None:
    """Lend `list_elsewhere`, by row of the list (rows set aside, another trust), and `list_unread`, the list's own bad rows."""
    rows = [{"identifier": one.patient_pathway_identifier, "source_row": one.source_row} for one in unread]
    schema = pa.schema({"identifier": pa.string(), "source_row": pa.int64()})
    desk.lend("list_unread_rows", pa.Table.from_pylist([row for row in rows if row["identifier"]], schema=schema))
    table = desk.lent("list_unread_rows")
    desk.lend("list_unread", desk.rows(table.select("source_row", plain=plain_identifier(table.identifier))))
    outcomes = desk.lent("list_outcomes")
    unknown = outcomes.filter(outcomes.result == ONLY_THERE, outcomes.period.isnull(), outcomes.their_pathway.notnull())
    pathway = unknown[PATHWAY].fill_null(unknown.their_pathway)
    asked_for = desk.rows(unknown.select("source_row", "trust", their_pathway=pathway))
    desk.lend("list_unknown", asked_for)
    desk.lend("list_aside", _set_aside(scope, desk, asked) if asked_for.num_rows else _ASIDE.empty_table())
    desk.lend("list_elsewhere", desk.rows(_elsewhere(scope, desk)))


def _elsewhere(scope: Scope, desk: Desk) -> Table:
    unknown, aside = desk.lent("list_unknown"), desk.lent("list_aside")
    first = aside.group_by("trust", "their_pathway").aggregate(set_aside_words=aside.set_aside_words.argmin(aside.place))
    rows = unknown.left_join(first, ["trust", "their_pathway"]).select("source_row", "trust", "their_pathway", "set_aside_words")
    people = scope.patients(desk.table("rtt_pathways")).select(other=ibis._.trust, known=ibis._[PATHWAY])
    met = rows.inner_join(people, [rows.their_pathway == people.known, rows.trust != people.other])
    others = met.group_by("source_row").aggregate(other_trust=met.other.min())
    return rows.left_join(others, "source_row").select("source_row", "set_aside_words", "other_trust")


def _set_aside(scope: Scope, desk: Desk, asked: Asked) -> pa.Table:
    """The rows of the unknown pathways that the trusts' loads set aside, each in words: load, row and reason."""
    found = [rows for trust in asked.trusts for rows in _of_trust(scope, desk, trust)]
    return pa.concat_tables(found) if found else _ASIDE.empty_table()


def _of_trust(scope: Scope, desk: Desk, trust: str) -> Iterator[pa.Table]:
    scope.require_patients(trust)
    for place, receipt in enumerate(ledger.loads(desk.home, trust)):
        if receipt.rows_set_aside and not receipt.is_withdrawn:
            yield _of_load(desk, receipt, place)


def _of_load(desk: Desk, receipt: ledger.Receipt, place: int) -> pa.Table:
    file = ledger.folder(desk.home, receipt) / "set_aside.parquet"
    rows = pq.read_table(file, columns=["source_row", "reasons", "columns", "original"])
    header = _header(desk, receipt, rows)
    if header is None:
        return _ASIDE.empty_table()
    desk.lend("list_load", rows)
    table = desk.lent("list_load")
    table = table.mutate(their_pathway=table.original.cast("json")[header].unwrap_as("string"))
    unknown = desk.lent("list_unknown")
    wanted = unknown.filter(unknown.trust == receipt.trust).select("their_pathway").distinct()
    met = table.semi_join(wanted, "their_pathway")
    found = desk.rows(met.select("source_row", "their_pathway", code=met.reasons[0], column=met["columns"][0]))
    return pa.table(
        {
            "trust": pa.repeat(pa.scalar(receipt.trust), found.num_rows),
            "their_pathway": found["their_pathway"],
            "set_aside_words": _words(receipt, found),
            "place": pc.add(found["source_row"], place * 1_000_000_000),
            "source_row": found["source_row"],
        }
    ).cast(_ASIDE)


def _words(receipt: ledger.Receipt, found: pa.Table) -> pa.ChunkedArray:
    """Where each row stands and why it was set aside: dataset, load, row, column and reason."""
    codes = pc.unique(found["code"])
    said = pa.array([reason_words(code, contracts()[receipt.dataset])[0] for code in codes.to_pylist()], pa.string())
    reasons = said.take(pc.index_in(found["code"], codes))
    where = pc.binary_join_element_wise(
        f"{receipt.dataset}, load {receipt.load_id[:4]}, row ", found["source_row"].cast("string"), ""
    )
    columns = pc.if_else(pc.equal(found["column"], ""), "", pc.binary_join_element_wise(found["column"], ": ", ""))
    return pc.binary_join_element_wise(where, ", ", columns, reasons, "")


def _header(desk: Desk, receipt: ledger.Receipt, rows: pa.Table) -> str | None:
    """The header under which that delivery names the pathway, as its set-aside rows spell it."""
    file = ledger.folder(desk.home, receipt) / "mapping.toml"
    named = read_mapping(file.read_bytes(), contracts()[receipt.dataset], where=str(file)).columns if file.is_file() else {}
    wanted = plain(named.get(PATHWAY, PATHWAY))
    for original in rows["original"].slice(0, 20).to_pylist():
        found = next((name for name in json.loads(original) if plain(name) == wanted), None)
        if found:
            return found
    return None
