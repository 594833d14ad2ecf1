"""What validators find of a clock, the hours in which they do so, and who has which row before them just now.

An outcome belongs to a clock, not to a pathway: trust, pathway and the day on which the clock started. So it survives every
refresh, and does not fall on the clock that the same pathway starts next.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from clockstop.rules.validation_outcomes import CHANGES, MOVES_START, OUTCOMES

NOTE_LENGTH, TEAM_LENGTH, PATHWAY_LENGTH = 500, 60, 40
DESK, SAMPLE = "desk", "sample"


class WithinScope(models.QuerySet):
    """Rows are reached through the trusts whose patients the person may see, and in no other way."""

    def within(self, scope) -> "WithinScope":
        """The rows about patients whom the scope may see."""
        return self.filter(trust__in=[trust for trust in scope.patient_trusts if scope.identifies(trust)])

    def standing(self) -> "WithinScope":
        """Those that were not taken back."""
        return self.filter(undone_at__isnull=True)


class ValidationOutcome(models.Model):
    """What one person found of one clock, and of what it was seen: snapshot, flags and the signature of the evidence.

    Never changed but to be taken back (`undone_at`). `expected_chance` is the chance of a change that the desk gave beside it.
    """

    trust = models.CharField(max_length=12)
    patient_pathway_identifier = models.CharField(max_length=PATHWAY_LENGTH)
    start_date = models.DateField()
    period_number = models.PositiveIntegerField()
    code = models.CharField(max_length=30, choices=[(one.code, one.title) for one in OUTCOMES])
    right_date = models.DateField(null=True, help_text="the day of the stop, or of the right start")
    other_pathway = models.CharField(max_length=PATHWAY_LENGTH, blank=True, help_text="of a duplicate, the pathway that stays")
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    flags = models.JSONField(default=list, help_text="the slugs of the flags that stood at that time")
    evidence_signature = models.CharField(max_length=64)
    snapshot_id = models.CharField(max_length=20)
    as_of_date = models.DateField()
    days_waited = models.IntegerField()
    division = models.CharField(max_length=60, blank=True)
    service = models.CharField(max_length=20, blank=True)
    consultant = models.CharField(max_length=20, blank=True)
    expected_chance = models.FloatField(null=True)
    seconds = models.PositiveIntegerField(null=True, help_text="from when the row was shown until it was answered")
    source = models.CharField(max_length=10, choices=[(DESK, "Desk"), (SAMPLE, "Drawn sample")], default=DESK)
    sample = models.CharField(max_length=40, blank=True, help_text="the name of the drawn sample")
    team = models.CharField(max_length=TEAM_LENGTH, blank=True)
    hour = models.ForeignKey("ValidationHour", null=True, on_delete=models.SET_NULL, related_name="outcomes")
    is_made_up = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_by_name = models.CharField(max_length=150, blank=True)

    objects = WithinScope.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=["trust", "patient_pathway_identifier"], name="outcome_pathway"),
            models.Index(fields=["trust", "at"], name="outcome_trust_at"),
            models.Index(fields=["by", "at"], name="outcome_by_at"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(by_name=""), name="an_outcome_has_its_validator"),
            models.CheckConstraint(condition=Q(code__in=[one.code for one in OUTCOMES]), name="an_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(right_date__isnull=False) | ~Q(code__in=[one.code for one in OUTCOMES if one.needs.endswith("_date")]),
                name="an_outcome_has_its_day",
            ),
            models.CheckConstraint(condition=~Q(code="duplicate", other_pathway=""), name="a_duplicate_names_the_other"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by_name="") | Q(undone_at__isnull=False) & ~Q(undone_by_name=""),
                name="an_outcome_taken_back_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} in {self.trust} by {self.by_name}"

    @property
    def key(self) -> tuple:
        """The clock that it is about."""
        return (self.trust, self.patient_pathway_identifier, self.start_date)

    @property
    def is_change(self) -> bool:
        """Whether the clock, or the list, was found wrong."""
        return self.code in CHANGES

    @property
    def moves_start(self) -> bool:
        """Whether it says that the clock started on another day."""
        return self.code in MOVES_START

    @property
    def values(self) -> dict:
        """What the audit keeps of it."""
        names = ("code", "other_pathway", "note", "team", "source", "sample", "snapshot_id", "flags")
        days = {name: str(value) if (value := getattr(self, name)) else "" for name in ("start_date", "right_date", "undone_at")}
        return {name: getattr(self, name) for name in names} | days


class ValidationHour(models.Model):
    """One person's hour at the desk in one trust: when it began, how many rows it set out to check, and what was expected of them.

    `skipped` are the clocks put aside in it; `filters` the address of the list that it began with.
    """

    trust = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by_name = models.CharField(max_length=150)
    team = models.CharField(max_length=TEAM_LENGTH, blank=True)
    target = models.PositiveIntegerField(default=60)
    expected_low = models.PositiveIntegerField(null=True)
    expected_high = models.PositiveIntegerField(null=True)
    filters = models.CharField(max_length=300, blank=True)
    skipped = models.JSONField(default=list)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = WithinScope.as_manager()

    class Meta:
        ordering = ("-started_at", "-id")
        indexes = (models.Index(fields=["by", "trust", "started_at"], name="hour_by_trust"),)

    def __str__(self) -> str:
        return f"Hour of {self.by_name} in {self.trust}"


class ValidationClaim(models.Model):
    """Who has a clock's row before them: a soft claim, which lapses by itself, so that two people do not check the same row."""

    trust = models.CharField(max_length=12)
    patient_pathway_identifier = models.CharField(max_length=40)
    start_date = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    objects = WithinScope.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["trust", "patient_pathway_identifier", "start_date"], name="one_claim_a_clock"),
        )

    def __str__(self) -> str:
        return f"Claim of {self.by_name} in {self.trust}"


class TrustOutcomes(models.Model):
    """The number of the last change to any outcome of a trust, raised in its transaction: who read at it need not read again.

    `series` is another when the table is made anew, and then nothing that was read before holds.
    """

    trust = models.CharField(max_length=12, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    series = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return f"Outcomes of {self.trust} at {self.number}"
