"""How a register writes its audit row: in the transaction of the change itself, or not at all."""

import uuid
from collections.abc import Mapping

from clockstop.accounts import chain
from clockstop.accounts.asking import role_and_address
from clockstop.registers.core.models import Change

OPERATOR = "operator"


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
    """The audit row of a change, written in the change's own transaction; `by` is None for an operator at the terminal.

    It is an error of ours to call this outside a transaction: the change would then stand without its row if this failed.
    """
    assert chain.is_inside_transaction(Change), "an audit row is written in the transaction of its change"
    role, network_address = role_and_address()
    change = Change(
        batch=batch or uuid.uuid4(),
        by=by,
        by_name=by.get_username() if by is not None else OPERATOR,
        role=role,
        network_address=network_address,
        what=what,
        record=record,
        record_key=record_key,
        trust=trust,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        undoes=undoes,
    )
    chain.append([change])
    return change
