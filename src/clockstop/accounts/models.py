"""Users, what they are in which trust, and the record of who looked at what."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from clockstop.accounts.roles import ROLES

EVERY_TRUST = "*"
_GROUP_ROLES = [role.slug for role in ROLES.values() if role.is_group]


class User(AbstractUser):
    """A person who signs in. What a person may do is said by memberships, never by Django's own flags."""

    class Meta:
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A person's role in one trust; for a group role `trust` is `*`, every trust of the group."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    trust = models.CharField(max_length=12, help_text="ODS code, or * for every trust of the group")
    role = models.CharField(max_length=40, choices=[(role.slug, role.title) for role in ROLES.values()])
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "trust"], name="one_role_in_a_trust"),
            models.CheckConstraint(
                condition=Q(trust=EVERY_TRUST, role__in=_GROUP_ROLES) | ~Q(trust=EVERY_TRUST) & ~Q(role__in=_GROUP_ROLES),
                name="group_roles_and_only_they_span_trusts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} is {self.get_role_display()} of {self.trust}"


class AccessRecord(models.Model):
    """Somebody saw, searched, exported or was refused patient-level data. Rows are added, never changed or removed."""

    class Action(models.TextChoices):
        """What was done."""

        VIEWED = "viewed", "Viewed"
        SEARCHED = "searched", "Searched"
        EXPORTED = "exported", "Exported"
        REFUSED = "refused", "Refused"

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    username = models.CharField(max_length=150, help_text="kept when the user is removed")
    role = models.CharField(max_length=80)
    action = models.CharField(max_length=10, choices=Action.choices)
    what = models.CharField(max_length=80, help_text="the page or list, by its view's name")
    trust = models.CharField(max_length=12, blank=True, db_index=True)
    patient_pathway_identifier = models.CharField(max_length=40, blank=True, db_index=True)
    rows = models.PositiveIntegerField(default=0, help_text="how many patients' rows were shown or taken")
    detail = models.CharField(max_length=200, blank=True, help_text="filters in words; never an NHS number")
    network_address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.username} {self.action} {self.what}"


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
