"""The database itself refuses to change or remove rows of a chain: triggers on SQLite and on PostgreSQL.

They stop our own code, a slip at the database's prompt and whoever holds only the application's rights. Who owns the database can
take them away: then `clockstop audit verify` says so, and the chain shows what was done.
"""

from django.db import migrations

# Every guarded table, with the columns by which its rows are told from each other: SQLite's REPLACE removes a row by them without
# asking a trigger.
GUARDED = {
    "accounts_accessrecord": ("id", "sequence"),
    "accounts_shown_patients": ("record_id",),
    "accounts_broken_glass": ("id",),
    "registers_core_change": ("id", "sequence"),
}
_REFUSAL = "rows of {table} are added and never changed or removed"
_VERBS = ("UPDATE", "DELETE")


def guard(connection, table: str) -> None:
    """Let the database refuse changes of the table's rows; done again it changes nothing."""
    with connection.cursor() as cursor:
        for statement in _POSTGRES(table) if connection.vendor == "postgresql" else _SQLITE(table):
            cursor.execute(statement)


def unguard(connection, table: str) -> None:
    """Take the refusal away: for a migration that must change the table, and for tests of what shows then."""
    with connection.cursor() as cursor:
        for name in _names(connection, table):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection, table: str) -> list[str]:
    """The guards of the table that the database no longer has, or has switched off."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        standing = {row[0] for row in cursor.fetchall()}
    return [name for name in _names(connection, table) if name not in standing]


def operation(table: str) -> migrations.RunPython:
    """The guards as a migration's last step. SQLite makes a changed table anew, which loses them: every such migration says it."""
    return migrations.RunPython(
        lambda apps, editor: guard(editor.connection, table), lambda apps, editor: unguard(editor.connection, table)
    )


def _names(connection, table: str) -> list[str]:
    verbs = (*_VERBS, "TRUNCATE" if connection.vendor == "postgresql" else "REPLACE")
    return [f"{table}_no_{verb.lower()}" for verb in verbs]


def _SQLITE(table: str) -> list[str]:  # noqa: N802 named as the engine is
    refusal = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL.format(table=table)}'); END"
    made = [f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refusal}" for verb in _VERBS]
    is_there = " OR ".join(f"NEW.{column} IN (SELECT {column} FROM {table})" for column in GUARDED[table])
    return [*made, f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} WHEN {is_there} {refusal}"]


def _POSTGRES(table: str) -> list[str]:  # noqa: N802
    function = f"{table}_refuse"
    body = f"BEGIN RAISE EXCEPTION '{_REFUSAL.format(table=table)}'; END"
    made = [f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"]
    for verb in (*_VERBS, "TRUNCATE"):
        name, each = f"{table}_no_{verb.lower()}", "STATEMENT" if verb == "TRUNCATE" else "ROW"
        made.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        made.append(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()")
    return made
