"""Tables whose rows are added and never changed: each row holds the hash of what it says and of the row before (docs/adr/0019).

A row's `row_hash` is SHA-256 over the hash of the row before and over the row's content, as canonical JSON. Whoever changes,
removes, adds or moves a row must work out every later hash anew, and then the last no longer is the one that was kept elsewhere
(`heads`). The database refuses changes too (`chain_guards`).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections, models, router, transaction
from django.utils import timezone

GENESIS = "0" * 64
ANCHOR_EVERY = timedelta(hours=1)
_MOST_AT_ONCE = 500


class ChainHead(models.Model):
    """Where a chain ends: how many rows it has and the hash of the last; `name` is the table's. Writers queue at this row."""

    name = models.CharField(max_length=60, primary_key=True)
    sequence = models.BigIntegerField(default=0)
    row_hash = models.CharField(max_length=64, default=GENESIS)
    anchored_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "accounts"
        db_table = "accounts_chain_head"

    def __str__(self) -> str:
        return f"{self.name} {self.sequence} {self.row_hash}"


class Chained(models.Model):
    """What every row of a chain has. Which columns its hash covers is said by version (`covers`); a version is never changed."""

    sequence = models.BigIntegerField(unique=True, editable=False)
    previous_hash = models.CharField(max_length=64, editable=False)
    row_hash = models.CharField(max_length=64, editable=False)
    chain_version = models.PositiveSmallIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


def hash_of(previous_hash: str, version: int, names: Sequence[str], values: Sequence[Any]) -> str:
    """The hash of a row with these values after the row of that hash."""
    content = {name: _plain(value) for name, value in zip(names, values, strict=True)}
    text = json.dumps([previous_hash, version, content], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def append(rows: Sequence[Chained]) -> None:
    """Write these rows of one table at the end of its chain, all or none; writers at once wait for each other.

    `at` is given under the lock, so times never run against the order of the rows.
    """
    model = type(rows[0])
    using = router.db_for_write(model)
    with transaction.atomic(using=using, savepoint=False):
        head, _ = ChainHead.objects.using(using).select_for_update().get_or_create(pk=model._meta.db_table)
        now = timezone.now()
        for row in rows:
            row.at = now
            _link(row, head)
            row.save(using=using, force_insert=True)
        _advance(head, now, using)


def link_all(model: type[Chained], head: type[ChainHead], order: str = "pk") -> None:
    """Take the rows that a table already holds into its chain; for migrations, before the database guards the table."""
    found, _ = head.objects.get_or_create(pk=model._meta.db_table)
    pending: list[Any] = []
    for row in model.objects.order_by(order).iterator(chunk_size=2000):
        _link(row, found)
        pending.append(row)
        if len(pending) == _MOST_AT_ONCE:
            model.objects.bulk_update(pending, ["sequence", "previous_hash", "row_hash"])
            pending = []
    model.objects.bulk_update(pending, ["sequence", "previous_hash", "row_hash"])
    found.save()


def content_of(model: type[models.Model], version: int) -> tuple[str, ...]:
    """The columns that the hash of a row of that version covers; `KeyError` for a version that never was."""
    return _CONTENT[model._meta.db_table][version]


def covers(table: str, content: dict[int, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
    """Say which columns the hashes of a table's rows cover; known by the table's name, so that migrations know it too."""
    _CONTENT[table] = content
    return content


_CONTENT: dict[str, dict[int, tuple[str, ...]]] = {}


def _link(row: Chained, head: ChainHead) -> None:
    names = content_of(type(row), row.chain_version)
    head.sequence += 1
    row.sequence, row.previous_hash = head.sequence, head.row_hash
    head.row_hash = row.row_hash = hash_of(head.row_hash, row.chain_version, names, [getattr(row, name) for name in names])


def _advance(head: ChainHead, now: datetime, using: str) -> None:
    """Keep the chain's new end; once an hour it is also written where the database does not reach (`heads.anchor`)."""
    is_due = head.anchored_at is None or now - head.anchored_at >= ANCHOR_EVERY
    if is_due:
        head.anchored_at = now
    head.save(using=using, update_fields=["sequence", "row_hash", "anchored_at"])
    if is_due:
        from clockstop.accounts.heads import anchor

        line = (head.name, head.sequence, head.row_hash, now)
        transaction.on_commit(lambda: anchor([line]), using=using, robust=True)


def _plain(value: Any) -> Any:
    """The value as it is written whatever database it came from: instants by Greenwich, whole numbers without a point."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def is_inside_transaction(model: type[models.Model]) -> bool:
    """Whether rows of the model are being written in a transaction right now."""
    return connections[router.db_for_write(model)].in_atomic_block


def chained_models(every: Iterable[type[models.Model]]) -> list[type[Chained]]:
    """Those of the models that are chains, by the name of their table."""
    found = [model for model in every if issubclass(model, Chained)]
    return sorted(found, key=lambda model: model._meta.db_table)
