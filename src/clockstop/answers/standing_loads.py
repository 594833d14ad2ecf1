"""The receipts of the loads that stood when the snapshot was built: what a figure, a kite mark and a flag at the door speak of."""

from collections.abc import Mapping

from clockstop.answers.desk import Desk
from clockstop.contracts import contracts
from clockstop.intake import ledger
from clockstop.intake.ledger import Receipt


def standing_loads(desk: Desk, trust: str) -> Mapping[str, list[Receipt]]:
    """A trust's standing receipts by dataset, oldest first; an empty list for a dataset of which nothing was sent."""
    return desk.kept_answer(("standing loads", trust), lambda: _standing(desk, trust))


def _standing(desk: Desk, trust: str) -> dict[str, list[Receipt]]:
    known = desk.manifest.trusts.get(trust)
    standing = {(one.dataset, one.load_id) for one in known.loads} if known else set()
    found: dict[str, list[Receipt]] = {name: [] for name in contracts()}
    for one in ledger.loads(desk.home, trust):
        if (one.dataset, one.load_id) in standing:
            found.setdefault(one.dataset, []).append(one)
    return found
