"""What changes who may do what: a role granted, ended, handed to a deputy, taken from a leaver. Each says who did it.

Whoever grants on the site manages the people of that trust (`MANAGE_PEOPLE`) and never their own; an operator at the terminal
(`by=None`) may grant anything.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clockstop.accounts import sessions
from clockstop.accounts.models import EVERY_TRUST, ApiToken, Membership, SignIn, User
from clockstop.accounts.roles import DATA_CLASSES, MANAGE_PEOPLE, class_of, is_at_least, role
from clockstop.accounts.scopes import may
from clockstop.errors import NotAllowed, UnknownName, UserError
from clockstop.intake.organisation import Organisation, organisation
from clockstop.rules.treatment_functions import reported_function
from clockstop.store.home import Home, home_from_environment

OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A membership as it is asked for. `trust` is `*` for a group role; no `ends_at` is without end; no class is the role's own."""

    role: str
    trust: str = EVERY_TRUST
    divisions: tuple[str, ...] = field(default=())
    services: tuple[str, ...] = field(default=())
    sites: tuple[str, ...] = field(default=())
    data_class: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    deputises_for: User | None = None
    reason: str = ""


@transaction.atomic
def grant(*, user: User, asked: Grant, by: User | None, now: datetime | None = None, home: Home | None = None) -> Membership:
    """The membership, written; `UserError` says what of it cannot be.

    The same role in the same trust without an end is replaced: the old membership ends as the new one begins.
    """
    now = now or timezone.now()
    _may_grant(by, user, asked.trust)
    places = _checked(asked, user, now, home or home_from_environment())
    if asked.ends_at is None:
        _end_standing(user, asked, by, now)
    return Membership.objects.create(
        user=user, trust=asked.trust, role=asked.role, data_class=asked.data_class, starts_at=asked.starts_at or now,
        ends_at=asked.ends_at, deputises_for=asked.deputises_for, granted_by=_name(by), reason=asked.reason.strip()[:200], **places,
    )  # fmt: skip


@transaction.atomic
def end(*, membership: Membership, by: User | None, now: datetime | None = None) -> Membership:
    """The membership, over from this instant: the next request of the person no longer has it."""
    now = now or timezone.now()
    _may_grant(by, membership.user, membership.trust)
    if membership.state(now) == "ended":
        raise UserError("This membership has ended already.", where=str(membership), do="See: clockstop user list --all")
    membership.starts_at = min(membership.starts_at, now)
    membership.ends_at, membership.ended_by = now, _name(by)
    membership.save(update_fields=["starts_at", "ends_at", "ended_by"])
    sessions.end_all(membership.user, SignIn.Ended.ROLE, now=now)
    return membership


@transaction.atomic
def leave(*, user: User, by: User | None, trust: str = "", now: datetime | None = None) -> list[Membership]:
    """End all that the person holds, or all in one trust; who holds nothing more signs in no more, and their tokens are revoked.

    The account itself stays, so that what the person did keeps its name.
    """
    now = now or timezone.now()
    standing = user.memberships.filter(Q(ends_at=None) | Q(ends_at__gt=now))
    ended = [end(membership=one, by=by, now=now) for one in (standing.filter(trust=trust) if trust else standing)]
    if not user.memberships.filter(Q(ends_at=None) | Q(ends_at__gt=now)).exists():
        user.is_active = False
        user.save(update_fields=["is_active"])
        sessions.end_all(user, SignIn.Ended.LEFT, now=now)
        ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now, revoked_by=_name(by))
    return ended


def people_of(trust: str) -> list[Membership]:
    """Every membership of the trust that holds or will, then those that have ended, each with its person."""
    every = Membership.objects.filter(trust=trust).select_related("user", "deputises_for").order_by("user__username", "starts_at")
    now = timezone.now()
    return sorted(every, key=lambda one: one.state(now) == "ended")


def _may_grant(by: User | None, user: User, trust: str) -> None:
    if by is None:
        return
    if by.pk == user.pk:
        raise NotAllowed("Nobody changes what they may do themselves.", do="Ask another administrator of the trust.")
    if trust == EVERY_TRUST or not may(by, MANAGE_PEOPLE, trust):
        raise NotAllowed(
            "You may not say who may do what there.",
            where="Roles of the group are given at the terminal: clockstop user grant."
            if trust == EVERY_TRUST
            else f"Trust {trust}.",
            do="Ask an administrator of that trust, or whoever runs this Clockstop.",
        )


def _checked(asked: Grant, user: User, now: datetime, home: Home) -> dict[str, list[str]]:
    """The places of the grant as tables write them; `UserError` where anything asked cannot be."""
    chosen = role(asked.role)
    if chosen.is_group != (asked.trust == EVERY_TRUST):
        raise UserError(
            f"The role {chosen.slug} {'spans every trust' if chosen.is_group else 'is held in one trust'}.",
            do=f"Leave out --trust for {chosen.slug}." if chosen.is_group else "Name the trust with --trust CODE.",
        )
    _check_class(asked)
    _check_times(asked, user, now)
    if not (asked.divisions or asked.services or asked.sites):
        return {}
    if chosen.is_group:
        raise UserError("A group role reaches every trust's figures, not some services.", do="Leave out the places.")
    return places_of(organisation(home, asked.trust), asked.divisions, asked.services, asked.sites)


def _check_class(asked: Grant) -> None:
    if not asked.data_class:
        return
    if asked.data_class not in DATA_CLASSES:
        raise UnknownName(
            f"There is no class of data {asked.data_class!r}.", where=f"The classes are: {', '.join(DATA_CLASSES)}.",
            do="Give one of these.",
        )  # fmt: skip
    most = class_of(asked.role)
    if not is_at_least(most, asked.data_class):
        raise UserError(
            f"The role {asked.role} sees no {asked.data_class} data: {most} at most.",
            do="Leave the class out, give a lesser one, or choose another role.",
        )


def _check_times(asked: Grant, user: User, now: datetime) -> None:
    starts_at = asked.starts_at or now
    if asked.ends_at is not None and asked.ends_at <= max(starts_at, now):
        raise UserError("The membership would end before it begins, or has ended already.", do="Give a later end.")
    if asked.deputises_for is None:
        return
    if asked.ends_at is None:
        raise UserError("A deputy's membership has an end.", do="Say until when: --until 2026-12-24")
    if asked.deputises_for == user:
        raise UserError("Nobody deputises for themselves.", do="Name the person whom they stand in for.")
    held = asked.deputises_for.memberships.filter(trust=asked.trust, role=asked.role)
    if not any(one.state(now) == "holds" for one in held):
        raise UserError(
            f"{asked.deputises_for.get_username()} is no {role(asked.role).title.lower()} of {asked.trust} now.",
            do="Name somebody who holds that role there, or leave out for whom.",
        )


def places_of(trust: Organisation, divisions, services, sites) -> dict[str, list[str]]:
    """The places as the tables write them: a service by the code under which it is reported (110 is C_110)."""
    known = {code: reported_function(code) for division in trust.divisions for code in division.services}
    known |= {function: function for function in known.values()}
    named = {one.name.casefold(): one.name for one in trust.divisions}
    return {
        "divisions": _known("division", divisions, named, trust.code, fold=True),
        "services": _known("service", services, known, trust.code),
        "sites": _known("site", sites, {one.code: one.code for one in trust.sites}, trust.code),
    }


def _known(what: str, asked, known: dict[str, str], trust: str, *, fold: bool = False) -> list[str]:
    found = []
    for one in asked:
        key = one.strip().casefold() if fold else one.strip()
        if key not in known:
            raise UnknownName(
                f"Trust {trust} has no {what} {one.strip()!r}.",
                where=f"It has: {', '.join(sorted(set(known.values()))) or 'none that is declared'}.",
                do=f"Give one of these, or add the {what} to the trust's organisation file.",
            )
        found.append(known[key])
    return sorted(set(found))


def _end_standing(user: User, asked: Grant, by: User | None, now: datetime) -> None:
    for one in user.memberships.filter(trust=asked.trust, role=asked.role, ends_at=None):
        one.starts_at = min(one.starts_at, now)
        one.ends_at, one.ended_by = max(asked.starts_at or now, one.starts_at), _name(by)
        one.save(update_fields=["starts_at", "ends_at", "ended_by"])


def _name(by: User | None) -> str:
    return by.get_username() if by is not None else OPERATOR
