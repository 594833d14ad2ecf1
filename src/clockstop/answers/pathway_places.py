"""Where each pathway lies: by it rows that do not say their own division, service and site are given to who sees some of these."""

from collections.abc import Collection

from ibis.expr.types import Table

from clockstop.answers.desk import Desk

TABLE = "rtt_pathways"


def pathway_places(desk: Desk, trusts: Collection[str], *, bucket: int | None = None) -> Table | None:
    """The pathways of these trusts with their places; None where the snapshot has none, and then nothing is given."""
    return desk.table(TABLE, bucket=bucket, trusts=trusts) if desk.has(TABLE) else None
