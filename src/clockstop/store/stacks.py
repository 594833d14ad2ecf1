"""Parquet files put end to end, as the text of a query."""

from collections.abc import Mapping, Sequence
from pathlib import Path

# So many files are put end to end one by one: each costs the planner more than a millisecond.
UNITED = 8
_FILE = "stacked_file"


def stacked(parts: Sequence[tuple[Path, Mapping[str, int | str]]]) -> str:
    """The rows of the files, each with columns of one value beside it; columns are matched by name, null where a file lacks one.

    Many files are read by one scan, which is quicker to plan.
    """
    if len(parts) > UNITED:
        return _scanned(parts)
    selects = []
    for file, values in parts:
        beside = "".join(f', {_literal(value)} AS "{column}"' for column, value in values.items())
        selects.append(f"SELECT *{beside} FROM read_parquet('{quoted(file)}', hive_partitioning = false)")
    return " UNION ALL BY NAME ".join(selects)


def quoted(file: Path | str) -> str:
    """A path or word as it stands between quotes."""
    return str(file).replace("'", "''")


def _scanned(parts: Sequence[tuple[Path, Mapping[str, int | str]]]) -> str:
    names = [_FILE, *parts[0][1]]
    values = ", ".join(f"({', '.join([_literal(str(file)), *map(_literal, beside.values())])})" for file, beside in parts)
    files = ", ".join(_literal(str(file)) for file, _ in parts)
    return (
        f"SELECT scanned.* EXCLUDE ({_FILE}), beside.* EXCLUDE ({_FILE}) FROM "
        f"read_parquet([{files}], hive_partitioning = false, union_by_name = true, filename = '{_FILE}') AS scanned "
        f"JOIN (VALUES {values}) AS beside({', '.join(names)}) USING ({_FILE})"
    )


def _literal(value: int | str) -> str:
    return str(value) if isinstance(value, int) else f"'{quoted(value)}'"
