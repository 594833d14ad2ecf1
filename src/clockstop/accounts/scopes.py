"""What a person may see, as the `Scope` that every function of answers takes first."""

from django.utils import timezone

from clockstop.accounts.models import EVERY_TRUST, Membership, User
from clockstop.accounts.roles import IDENTIFIABLE, PSEUDONYMISED, SEE_MEASURES, SEE_PATIENTS
from clockstop.answers.scope import Part, Scope
from clockstop.store.home import Home, home_from_environment


def scope_of(user: User, home: Home | None = None, *, to: str = SEE_PATIENTS) -> Scope:
    """The trusts whose measures the person sees, and which of their patients for that purpose.

    `to` is what the person wants to do with patients' rows: where a membership in a trust allows that, those that do not allow
    it reach nothing there. A deputy who may take one service's list away does not take another's with it. A trust that is set up
    later is within a group role's reach from then on.
    """
    held = memberships(user)
    seen = [one for one in held if SEE_PATIENTS in one.permissions]
    doing = {one.trust for one in seen if to in one.permissions}
    seen = [one for one in seen if to in one.permissions or one.trust not in doing]
    whole = {one.trust for one in seen if one.is_whole_trust and one.seen_class == IDENTIFIABLE}
    return Scope(
        trusts=frozenset(_codes([one for one in held if SEE_MEASURES in one.permissions], home)),
        may_see_patients=frozenset(whole),
        user=user.get_username(),
        role=role_title(user),
        parts=frozenset(_part(one) for one in seen if one.trust not in whole),
    )


def permissions(user: User, trust: str) -> frozenset[str]:
    """What the person may do in that trust; nothing where no membership holds."""
    return frozenset().union(*(one.permissions for one in memberships(user) if one.trust in (trust, EVERY_TRUST)))


def may(user: User, permission: str, trust: str | None = None) -> bool:
    """Whether the person may do that in the trust; without a trust, in any."""
    if trust is not None:
        return permission in permissions(user, trust)
    return any(permission in one.permissions for one in memberships(user))


def role_title(user: User) -> str:
    """The person's roles in words, as the page header and the access records show them."""
    titles = (f"{one.get_role_display()}{' (deputy)' if one.deputises_for_id else ''}" for one in memberships(user))
    return ", ".join(dict.fromkeys(titles)) or "No role"


def memberships(user: User) -> list[Membership]:
    """The person's memberships that hold at this instant; none of somebody who has left.

    Read once a request: the user object lives as long. What has ended, or has yet to begin, gives nothing.
    """
    if not hasattr(user, "_memberships_read"):
        now = timezone.now()
        found = user.memberships.order_by("granted_at", "pk") if user.is_active and user.pk else []
        user._memberships_read = [one for one in found if one.state(now) == "holds"]
    return user._memberships_read


def _codes(held: list[Membership], home: Home | None) -> set[str]:
    """The trusts of the memberships, each one that is set up for a group role."""
    known = {one.trust for one in held}
    codes = known - {EVERY_TRUST}
    folder = (home or home_from_environment()).trusts
    if EVERY_TRUST in known and folder.is_dir():
        codes |= {one.name for one in folder.iterdir() if not one.name.startswith(".")}
    return codes


def _part(one: Membership) -> Part:
    return Part(one.trust, frozenset(one.divisions), frozenset(one.services), frozenset(one.sites), one.seen_class == PSEUDONYMISED)
