"""The desk of the home, for commands that speak of one trust's rows in the current snapshot."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clockstop.answers.desk import Desk


def desk_holding(org: str) -> "Desk":
    """The desk on the newest snapshot; `UnknownName` with the trusts that it has where that one is not among them."""
    from clockstop.answers.desk import Desk
    from clockstop.errors import UnknownName
    from clockstop.store.home import home_from_environment

    desk = Desk(home_from_environment()).refreshed()
    if org not in desk.manifest.trusts:
        known = ", ".join(sorted(desk.manifest.trusts))
        raise UnknownName(f"There is no trust {org} in the snapshot.", where=f"It has: {known}.", do="Name one of these.")
    return desk
