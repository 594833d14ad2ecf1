"""Everything that the database holds, as lines of text that any database takes, and back again.

A table is written as the migrations that are applied to this database know it, not as the code does, so that a backup of before an
upgrade can be read after it: the tables are made as they were, filled, and then brought up to date.
"""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.duration import duration_iso_string

from clockstop.errors import UnreadableFile, UserError

SCHEMA_FILE = "schema.json"
# Who is signed in at this moment is nobody's record: a session in a backup would be a key to somebody's account.
LEFT_OUT = {"sessions.session"}
ROWS_AT_ONCE = 500

Progress = Callable[[str, int, int], None]


@contextmanager
def one_instant(alias: str = "default") -> Iterator[None]:
    """All that is read inside is as it was at one instant; writers go on meanwhile."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Not `atomic`: our transactions take the writer's place at once, and this one only reads.
            cursor.execute("BEGIN DEFERRED")
            try:
                cursor.execute("SELECT count(*) FROM sqlite_master")
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def write_tables(folder: Path, *, alias: str = "default", progress: Progress) -> dict[str, int]:
    """Write a file of lines for each table, and the account of them; how many rows each has comes back."""
    connection = connections[alias]
    targets = _applied(MigrationExecutor(connection))
    models = _models(MigrationExecutor(connection), targets)
    counts: dict[str, int] = {}
    for place, model in enumerate(models):
        progress(f"database: {model._meta.label_lower}", place, len(models))
        counts[model._meta.label_lower] = _write_table(folder, model, alias)
    account = {"migrations": targets, "tables": {model._meta.label_lower: _columns(model) for model in models}, "rows": counts}
    (folder / SCHEMA_FILE).write_text(json.dumps(account, indent=1) + "\n", "utf-8")
    return counts


def read_tables(folder: Path, *, alias: str = "default", progress: Progress) -> dict[str, int]:
    """Fill an empty database with what `write_tables` wrote, as it was then; the caller brings it up to date afterwards."""
    connection = connections[alias]
    account = json.loads((folder / SCHEMA_FILE).read_text("utf-8"))
    executor = MigrationExecutor(connection)
    targets = [tuple(one) for one in account["migrations"]]
    _require_empty(connection)
    _require_known(executor, targets)
    executor.migrate(targets)
    models = _models(MigrationExecutor(connection), targets)
    _require_same_tables(models, account["tables"])
    counts: dict[str, int] = {}
    with transaction.atomic(alias):
        for model in models:
            _empty(connection, model)  # what a migration itself wrote is among the rows
        for place, model in enumerate(models):
            progress(f"database: {model._meta.label_lower}", place, len(models))
            counts[model._meta.label_lower] = _read_table(folder, model, connection)
        connection.check_constraints()
        _set_sequences(connection, models)
    if counts != account["rows"]:
        raise UnreadableFile("The database of this backup is not whole.", where=SCHEMA_FILE, do="Use another backup.")
    return counts


def _applied(executor: MigrationExecutor) -> list[tuple[str, str]]:
    """The last migration of each app that is applied to this database; `UserError` where the database knows more than the code."""
    loader = executor.loader
    applied = set(loader.applied_migrations)
    if unknown := sorted(applied - set(loader.graph.nodes)):
        raise UserError(
            "This database belongs to a newer Clockstop.",
            where=f"It has {unknown[0][0]}.{unknown[0][1]}, which this version does not know.",
            do="Run the version that the site runs.",
        )
    has_later = {parent.key for key in applied for parent in loader.graph.node_map[key].parents if parent.key[0] == key[0]}
    return sorted(applied - has_later)


def _models(executor: MigrationExecutor, targets: list[tuple[str, str]]) -> list:
    """The tables of the database as those migrations know them, in the order of their names."""
    apps: Apps = executor.loader.project_state(targets).apps
    kept = [one for one in apps.get_models(include_auto_created=True) if one._meta.managed and not one._meta.proxy]
    kept = [one for one in kept if not one._meta.swapped and one._meta.label_lower not in LEFT_OUT]
    return sorted(kept, key=lambda one: one._meta.label_lower)


def _columns(model) -> list[str]:
    return [one.column for one in model._meta.local_concrete_fields]


def _write_table(folder: Path, model, alias: str) -> int:
    names = [one.attname for one in model._meta.local_concrete_fields]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names).iterator(chunk_size=ROWS_AT_ONCE)
    count = 0
    with (folder / f"{model._meta.label_lower}.jsonl").open("w", encoding="utf-8") as lines:
        for count, row in enumerate(rows, start=1):  # noqa: B007 the count is what comes back
            lines.write(json.dumps(row, default=_as_text, ensure_ascii=False) + "\n")
    return count


def _as_text(value: Any) -> str:
    """A value that JSON does not know, as the field's own reader takes it."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    raise AssertionError(f"a field gives {type(value).__name__}, of which the backup knows no text")


def _require_empty(connection) -> None:
    if connection.introspection.table_names():
        raise UserError(
            "The database to restore into is not empty.",
            where=f"It is the {connection.display_name} database that the settings name.",
            do="Give an empty one: a new home for SQLite, or a new database (createdb) in CLOCKSTOP_DATABASE.",
        )


def _require_known(executor: MigrationExecutor, targets: list[tuple[str, str]]) -> None:
    if unknown := [one for one in targets if one not in executor.loader.graph.nodes]:
        raise UserError(
            "This backup was made by a newer Clockstop.",
            where=f"It has {unknown[0][0]}.{unknown[0][1]}, which this version does not know.",
            do="Restore it with the version that made it, or a newer one.",
        )


def _require_same_tables(models: list, tables: dict[str, list[str]]) -> None:
    if {one._meta.label_lower: _columns(one) for one in models} != tables:
        raise UnreadableFile(
            "The tables of this backup are not those that its migrations make.", where=SCHEMA_FILE, do="Use another backup."
        )


def _empty(connection, model) -> None:
    name = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")
        if cursor.fetchone():
            cursor.execute(f"DELETE FROM {name}")


def _read_table(folder: Path, model, connection) -> int:
    """Insert a table's lines as they are: no default, no `auto_now` and no signal may change what somebody did."""
    fields = model._meta.local_concrete_fields
    quoted = [connection.ops.quote_name(one.column) for one in fields]
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({', '.join(quoted)}) VALUES ({places})"
    count = 0
    with (folder / f"{model._meta.label_lower}.jsonl").open(encoding="utf-8") as lines, connection.cursor() as cursor:
        while rows := [_values(fields, line, connection) for line in islice(lines, ROWS_AT_ONCE)]:
            cursor.executemany(sql, rows)
            count += len(rows)
    return count


def _values(fields, line: str, connection) -> list[Any]:
    found = json.loads(line)
    return [
        None if value is None else field.get_db_prep_save(_read(field, value), connection)
        for field, value in zip(fields, found, strict=True)
    ]


def _read(field, value: Any) -> Any:
    target = field.target_field if field.is_relation else field
    return target.to_python(value)


def _set_sequences(connection, models: list) -> None:
    """The next row of each table has a number that none of the restored has."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)
