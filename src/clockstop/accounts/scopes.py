"""What a person may see, as the `Scope` that every function of answers takes first."""

from clockstop.accounts.models import EVERY_TRUST, User
from clockstop.accounts.roles import ROLES, SEE_MEASURES, SEE_PATIENTS, role
from clockstop.answers.scope import Scope
from clockstop.store.home import Home, home_from_environment


def scope_of(user: User, home: Home | None = None) -> Scope:
    """The trusts whose measures the person sees, and those whose patients.

    A trust that is set up later is within a group role's reach from then on.
    """
    home = home or home_from_environment()
    held = _trusts_of(user, home)
    return Scope(
        trusts=frozenset(trust for trust, may in held.items() if SEE_MEASURES in may),
        may_see_patients=frozenset(trust for trust, may in held.items() if SEE_PATIENTS in may),
        user=user.get_username(),
        role=role_title(user),
    )


def permissions(user: User, trust: str) -> frozenset[str]:
    """What the person may do in that trust; nothing where there is no membership."""
    roles = [membership.role for membership in _memberships(user) if membership.trust in (trust, EVERY_TRUST)]
    return frozenset().union(*(ROLES[slug].permissions for slug in roles if slug in ROLES))


def may(user: User, permission: str, trust: str | None = None) -> bool:
    """Whether the person may do that in the trust; without a trust, in any."""
    if trust is not None:
        return permission in permissions(user, trust)
    return any(permission in ROLES[membership.role].permissions for membership in _memberships(user))


def role_title(user: User) -> str:
    """The person's roles in words, as the page header and the access records show them."""
    return ", ".join(dict.fromkeys(role(membership.role).title for membership in _memberships(user))) or "No role"


def _trusts_of(user: User, home: Home) -> dict[str, frozenset[str]]:
    known = {membership.trust for membership in _memberships(user)}
    codes = known - {EVERY_TRUST}
    if EVERY_TRUST in known and home.trusts.is_dir():
        codes |= {folder.name for folder in home.trusts.iterdir() if not folder.name.startswith(".")}
    return {code: permissions(user, code) for code in codes}


def _memberships(user: User) -> list:
    """The person's memberships, read once a request (the user object lives as long)."""
    if not hasattr(user, "_memberships_read"):
        user._memberships_read = list(user.memberships.all()) if user.is_active and user.pk else []
    return user._memberships_read
