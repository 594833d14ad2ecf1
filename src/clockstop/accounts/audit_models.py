"""The record of who looked at what, what is drawn from it, and the pathways opened by breaking the glass.

Users are named, not pointed at by the database: a person who goes leaves every row as it is.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clockstop.accounts.chain import Chained, covers


class AccessRecord(Chained):
    """Somebody saw, searched, took away, printed or was refused patient-level data, or signed in.

    Rows are added, never changed or removed; the database refuses it and the chain shows it. `shown_hash` is that of the keys of
    the patients who were shown (`ShownPatients`); empty where they were not many or the page named its one patient.
    """

    class Action(models.TextChoices):
        """What was done."""

        VIEWED = "viewed", "Viewed"
        SEARCHED = "searched", "Searched"
        EXPORTED = "exported", "Exported"
        CHANGED = "changed", "Changed"
        PRINTED = "printed", "Printed"
        REFUSED = "refused", "Refused"
        SIGNED_IN = "signed_in", "Signed in"
        SIGNED_OUT = "signed_out", "Signed out"
        BROKE_GLASS = "broke_glass", "Broke the glass"

    class Result(models.TextChoices):
        """What came of it."""

        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"

    at = models.DateTimeField(default=timezone.now, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    username = models.CharField(max_length=150, help_text="kept when the user is removed")
    role = models.CharField(max_length=80)
    action = models.CharField(max_length=12, choices=Action.choices)
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.DONE)
    what = models.CharField(max_length=80, help_text="the page or list, by its view's name")
    trust = models.CharField(max_length=12, blank=True, db_index=True)
    patient_pathway_identifier = models.CharField(max_length=40, blank=True, db_index=True)
    rows = models.PositiveIntegerField(default=0, help_text="how many patients' rows were shown or taken")
    detail = models.CharField(max_length=200, blank=True, help_text="filters in words; never an NHS number")
    reason = models.CharField(max_length=200, blank=True, help_text="why, in the person's own words, where one had to be given")
    network_address = models.GenericIPAddressField(null=True)
    shown_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "accounts"
        ordering = ("-sequence",)
        indexes = (models.Index(fields=["username", "-sequence"], name="access_by_person"),)

    def __str__(self) -> str:
        return f"{self.username} {self.action} {self.what}"


covers(
    AccessRecord._meta.db_table,
    {
        1: (
            "at", "user_id", "username", "role", "action", "result", "what", "trust", "patient_pathway_identifier", "rows",
            "detail", "reason", "network_address", "shown_hash",
        )
    },
)  # fmt: skip


class ShownPatients(models.Model):
    """Which patients of one trust a record showed: eight bytes for each pathway, in order (accounts/shown.py)."""

    record = models.OneToOneField(AccessRecord, primary_key=True, on_delete=models.DO_NOTHING, related_name="shown")
    trust = models.CharField(max_length=12)
    keys = models.BinaryField()

    class Meta:
        app_label = "accounts"
        db_table = "accounts_shown_patients"
        indexes = (models.Index(fields=["trust", "record"], name="shown_by_trust"),)

    def __str__(self) -> str:
        return f"{len(self.keys) // 8} patients of {self.trust}"


class AccessAlert(models.Model):
    """Something among the access records that whoever answers for the trust should look at; one a kind, person, trust and day."""

    class Kind(models.TextChoices):
        """Why it was raised."""

        BULK_EXPORT = "bulk_export", "Many patients taken away"
        MANY_PATIENTS = "many_patients", "Many patients opened in an hour"
        OWN_RECORD = "own_record", "Looked at the own record"
        UNUSUAL_HOUR = "unusual_hour", "Looked at an hour unusual for the person"
        BROKE_GLASS = "broke_glass", "Broke the glass"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    trust = models.CharField(max_length=12)
    username = models.CharField(max_length=150)
    day = models.DateField()
    raised_at = models.DateTimeField(default=timezone.now)
    first_sequence = models.BigIntegerField(help_text="the first access record behind it")
    last_sequence = models.BigIntegerField(help_text="the last access record behind it so far")
    says = models.CharField(max_length=200)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "accounts"
        ordering = ("-raised_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["kind", "trust", "username", "day", "first_sequence"], name="one_alert_of_a_look"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.username} {self.day}"


class AlertSeen(models.Model):
    """Who of the trust has seen an alert, when, and what was found."""

    alert = models.ForeignKey(AccessAlert, on_delete=models.CASCADE, related_name="seen")
    username = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)
    finding = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "accounts"
        ordering = ("at",)
        constraints = (models.UniqueConstraint(fields=["alert", "username"], name="an_alert_is_seen_once_by_each"),)

    def __str__(self) -> str:
        return f"{self.username} saw {self.alert}"


class AlertProgress(models.Model):
    """Up to which access record alerts have been looked for; one row."""

    sequence = models.BigIntegerField(default=0)

    class Meta:
        app_label = "accounts"

    def __str__(self) -> str:
        return f"looked for alerts up to record {self.sequence}"


class OwnNumber(models.Model):
    """A person's own NHS number in one trust as the keyed hash under which patients are kept, so that looks at it can be told."""

    username = models.CharField(max_length=150, unique=True)
    nhs_number_pseudonym = models.CharField(max_length=64)
    given_by = models.CharField(max_length=150)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "accounts"

    def __str__(self) -> str:
        return f"the own number of {self.username}"


class BrokenGlass(models.Model):
    """One pathway opened to one person for a while, with the reason that was given; never changed, `until` ends it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    username = models.CharField(max_length=150)
    trust = models.CharField(max_length=12)
    patient_pathway_identifier = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        app_label = "accounts"
        db_table = "accounts_broken_glass"
        indexes = (models.Index(fields=["user", "until"], name="glass_by_person"),)
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="glass_is_broken_for_a_reason"),
            models.CheckConstraint(condition=Q(until__gt=models.F("opened_at")), name="glass_is_broken_for_a_while"),
        )

    def __str__(self) -> str:
        return f"{self.username} opened a pathway of {self.trust} until {self.until}"
