"""How a register writes its audit row: in the transaction of the change itself, or not at all."""

import uuid
from collections.abc import Mapping

from django.db import connections, router
from django.utils import timezone

from clockstop.registers.core.models import Change


def record_change(
    *,
    by,
    what: str,
    record: str,
    record_key: str,
    before: Mapping | None,
    after: Mapping | None,
    trust: str = "",
    batch: uuid.UUID | None = None,
    undoes: uuid.UUID | None = None,
) -> Change:
    """The audit row of a change, written in the change's own transaction.

    It is an error of ours to call this outside a transaction: the change would then stand without its row if this failed.
    """
    assert connections[router.db_for_write(Change)].in_atomic_block, "an audit row is written in the transaction of its change"
    return Change.objects.create(
        batch=batch or uuid.uuid4(),
        at=timezone.now(),
        by=by,
        by_name=by.get_username(),
        what=what,
        record=record,
        record_key=record_key,
        trust=trust,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        undoes=undoes,
    )
