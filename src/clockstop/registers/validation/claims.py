"""Soft claims: who has a clock's row before them. A claim lapses by itself, and never stops anybody who insists."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from clockstop.registers.validation.models import ValidationClaim

CLAIM_MINUTES = 5
Key = tuple[str, str, date]


def claim(*, by, key: Key) -> str:
    """Claim a clock: empty where the row is the person's now, else the name of the other person who has it before them.

    A person has one row before them in a trust: their earlier claims there end.
    """
    trust, pathway, start = key
    named = {"trust": trust, "patient_pathway_identifier": pathway, "start_date": start}
    now = timezone.now()
    with transaction.atomic():
        ValidationClaim.objects.filter(by=by, trust=trust).exclude(**named).delete()
        lapsed = ValidationClaim.objects.filter(**named, at__lt=now - timedelta(minutes=CLAIM_MINUTES))
        lapsed.exclude(by=by).delete()
    try:
        with transaction.atomic():
            found, is_new = ValidationClaim.objects.get_or_create(
                **named, defaults={"by": by, "by_name": by.get_username(), "at": now}
            )
    except IntegrityError:  # somebody claimed it in the same instant
        return claimed(by=by, trusts=[trust]).get(key, "")
    if not is_new and found.by_id == by.pk:
        ValidationClaim.objects.filter(pk=found.pk).update(at=now)
    return "" if found.by_id == by.pk else found.by_name


def claimed(*, by, trusts: Collection[str]) -> dict[Key, str]:
    """The clocks of these trusts that other people have before them now, each with whose it is."""
    since = timezone.now() - timedelta(minutes=CLAIM_MINUTES)
    others = ValidationClaim.objects.filter(trust__in=sorted(trusts), at__gte=since).exclude(by=by)
    return {(one.trust, one.patient_pathway_identifier, one.start_date): one.by_name for one in others}


def release(*, by, trust: str) -> None:
    """Let go of what the person has before them in the trust."""
    ValidationClaim.objects.filter(by=by, trust=trust).delete()
