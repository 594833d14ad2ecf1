"""Users, what they are in which trust, and the record of who looked at what."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from clockstop.accounts.audit_models import (
    AccessAlert,
    AccessRecord,
    AlertProgress,
    AlertSeen,
    BrokenGlass,
    OwnNumber,
    ShownPatients,
)  # fmt: skip
from clockstop.accounts.chain import ChainHead
from clockstop.accounts.roles import DATA_CLASSES, ROLES, allowed, class_of
from clockstop.accounts.sign_in_models import SignIn

__all__ = [
    "EVERY_TRUST", "AccessAlert", "AccessRecord", "AlertProgress", "AlertSeen", "ApiToken", "BrokenGlass", "ChainHead",
    "Membership", "OwnNumber", "ShownPatients", "SignIn", "TokenFailures", "User",
]  # fmt: skip
EVERY_TRUST = "*"
_GROUP_ROLES = [role.slug for role in ROLES.values() if role.is_group]


class User(AbstractUser):
    """A person who signs in. What a person may do is said by memberships, never by Django's own flags."""

    must_change_password = models.BooleanField(default=False, help_text="somebody else chose the password")

    class Meta:
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A person's role in one trust, or over some of its divisions, services and sites; for a group role `trust` is `*`.

    It holds from `starts_at` until `ends_at`, the first instant at which it holds no longer. A deputy's has an end and says for
    whom. Rows are ended, never removed, so that who could see what on a day stays known.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    trust = models.CharField(max_length=12, help_text="ODS code, or * for every trust of the group")
    role = models.CharField(max_length=40, choices=[(role.slug, role.title) for role in ROLES.values()])
    divisions = models.JSONField(default=list, blank=True, help_text="names; with services: rows of any of these")
    services = models.JSONField(default=list, blank=True, help_text="treatment function codes")
    sites = models.JSONField(default=list, blank=True, help_text="codes; rows must be of one of these too")
    data_class = models.CharField(
        max_length=20, blank=True, choices=list(DATA_CLASSES.items()), help_text="empty: the role's own; never more than that"
    )
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    deputises_for = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="deputies")
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.CharField(max_length=150, blank=True, help_text="the name is kept when the account goes")
    ended_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "trust", "role"], condition=Q(ends_at=None), name="a_role_stands_once_in_a_trust"
            ),
            models.CheckConstraint(
                condition=Q(trust=EVERY_TRUST, role__in=_GROUP_ROLES) | ~Q(trust=EVERY_TRUST) & ~Q(role__in=_GROUP_ROLES),
                name="group_roles_and_only_they_span_trusts",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="a_membership_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(deputises_for=None) | ~Q(ends_at=None), name="a_deputy_has_an_end"),
        )

    def __str__(self) -> str:
        return f"{self.user} is {self.get_role_display()} of {self.trust}"

    @property
    def is_whole_trust(self) -> bool:
        """Whether it is of the trust as a whole."""
        return not (self.divisions or self.services or self.sites)

    @property
    def seen_class(self) -> str:
        """The class of data that it lets see."""
        return class_of(self.role, self.data_class)

    @property
    def permissions(self) -> frozenset[str]:
        """What it allows while it holds."""
        return allowed(self.role, data_class=self.data_class, is_whole_trust=self.is_whole_trust)

    def state(self, now: datetime) -> str:
        """`holds`, `begins later` or `ended`."""
        if self.ends_at is not None and self.ends_at <= now:
            return "ended"
        return "holds" if self.starts_at <= now else "begins later"


class ApiToken(models.Model):
    """A key with which a program reads the API as the person who made it, never more than that person may at the moment.

    The key itself is shown once and never kept: only its hash is. `trust` narrows it to one trust, and without
    `may_see_patients` it reads no patients and no small numbers. Rows are never removed but with the person.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    key_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key, in hexadecimal")
    hint = models.CharField(max_length=12, help_text="the first characters of the key, by which its owner knows it again")
    trust = models.CharField(max_length=12, blank=True, help_text="ODS code; empty for every trust of the person's")
    may_see_patients = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="") | Q(revoked_at__isnull=False) & ~Q(revoked_by=""),
                name="who_revoked_a_token_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}...)"


class TokenFailures(models.Model):
    """How many wrong keys came from a network address since `since`."""

    network_address = models.GenericIPAddressField(unique=True)
    since = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.failures} wrong keys from {self.network_address}"
