"""A pack made by a person: with their rights, their name on it, its narratives locked, and a row in the audit."""

from collections.abc import Sequence

from django.db import transaction

from clockstop.accounts.models import User
from clockstop.accounts.roles import MAKE_PACKS
from clockstop.accounts.scopes import may
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.dates import month_end
from clockstop.errors import NotAllowed, UnknownName
from clockstop.registers.core.actions import record_change
from clockstop.registers.core.models import Change
from clockstop.registers.core.place import Place
from clockstop.registers.performance.actions import lock_narratives
from clockstop.reports.pack_gather import GROUP, PackAsked, month_of
from clockstop.reports.pack_layout import Progress
from clockstop.reports.pack_template import Template
from clockstop.reports.packing import MadePack, make
from clockstop.store.frozen_packs import FrozenPack

RECORD = "pack"


def user_named(name: str) -> User:
    """The person of that name; `UnknownName` where there is none who may sign in."""
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise UnknownName(f"There is no person {name}.", do="Name somebody who has an account.")
    return found


def make_as(
    user: User, scope: Scope, desk: Desk, asked: PackAsked, template: Template, *, formats: Sequence[str], progress: Progress
) -> MadePack:
    """The pack, if the person may make it; a new version locks the narratives that it prints, and stands in the audit."""
    require_may_make(user, scope, desk, asked.org)
    made = make(scope, desk, asked, template, formats=formats, by=user.get_username(), progress=progress)
    keep_record(made.kept)
    return made


def require_may_make(user: User, scope: Scope, desk: Desk, org: str) -> None:
    """Raise `NotAllowed` unless the person may make packs of the trust, or of the group where they see all of it."""
    is_allowed = may(user, MAKE_PACKS) and may_see_group(scope, desk) if org == GROUP else may(user, MAKE_PACKS, org)
    if not is_allowed:
        raise NotAllowed(
            "You may not make packs of it.", where=f"{org} is outside what your account may make packs of.",
            do="Ask the person who manages accounts in that trust.",
        )  # fmt: skip


def may_see(scope: Scope, desk: Desk, kept: FrozenPack) -> bool:
    """Whether a person may open a version: packs with small numbers are for those cleared for the trust's patients."""
    if kept.org == GROUP:
        return may_see_group(scope, desk)
    return scope.is_own(kept.org) if kept.audience == "trust" else kept.org in scope.trusts


def may_see_group(scope: Scope, desk: Desk) -> bool:
    """Whether the person sees every trust of the group."""
    return len(desk.manifest.trusts) > 1 and desk.manifest.trusts.keys() <= scope.trusts


def keep_record(kept: FrozenPack) -> None:
    """The audit row of a version that somebody with an account made; the narratives that it prints are locked with it.

    A version has one: a making that was killed between the version and its record gets it from the next that finds the version.
    """
    user = User.objects.filter(username=kept.made_by, is_active=True).first()
    if user is None or Change.objects.filter(what="make", record=RECORD, record_key=kept.name).exists():
        return
    after = {"title": kept.title, "audience": kept.audience, "snapshot": kept.snapshot_id, "sha256": kept.content_sha256}
    with transaction.atomic():
        record_change(
            by=user, what="make", record=RECORD, record_key=kept.name, before=None, after=after,
            trust="" if kept.org == GROUP else kept.org,
        )  # fmt: skip
        if kept.org != GROUP:
            place = Place(trust=kept.org, division=kept.division)
            lock_narratives(place=place, month=month_end(month_of(kept.month)), pack=kept.name, by=user, measures=kept.measures)
