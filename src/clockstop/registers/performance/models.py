"""What people write for a review: narratives of exceptions, owners of measures, recalculations decided, alerts seen."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from clockstop.registers.core.placed import NAME_LENGTH, PLACE, REASON_LENGTH, Placed

TEXT_LENGTH = 2000
ACCEPTED, REFUSED = "accepted", "refused"
DECISIONS = {ACCEPTED: "Accepted", REFUSED: "Refused"}
SEEN, DISMISSED = "seen", "dismissed"
MARKS = {SEEN: "Seen", DISMISSED: "Dismissed"}
_NAMED, _UNNAMED = ~Q(by_name=""), Q(undone_by_name="")


class Narrative(Placed):
    """What the owner of a measure says of one month (its last day) of it at a place. What was said stands in its versions."""

    month = models.DateField()
    version = models.PositiveIntegerField(default=1, help_text="the number of the version that stands")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=[*PLACE, "measure", "month"], name="one_narrative_a_measure_place_and_month"),
            models.CheckConstraint(condition=~Q(measure=""), name="a_narrative_is_of_a_measure"),
        )

    def __str__(self) -> str:
        return f"{self.measure} of {self.trust} for {self.month:%B %Y}, version {self.version}"


class NarrativeVersion(models.Model):
    """A narrative as it was written once, never changed, with the figure and the snapshot that its writer saw.

    `locked_in` names the pack in which it went out; what is written after that is a new version, and `revised_because` says why.
    """

    narrative = models.ForeignKey(Narrative, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=TEXT_LENGTH)
    recovery_date = models.DateField(null=True, help_text="when the measure is expected back on plan")
    revised_because = models.CharField(max_length=REASON_LENGTH, blank=True)
    snapshot_id = models.CharField(max_length=20)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    value = models.FloatField(null=True)
    locked_in = models.CharField(max_length=NAME_LENGTH, blank=True)
    locked_at = models.DateTimeField(null=True)
    is_made_up = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["narrative", "number"], name="a_version_is_numbered_once"),
            models.CheckConstraint(condition=_NAMED, name="a_version_has_its_writer"),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True, locked_in="") | Q(locked_at__isnull=False) & ~Q(locked_in=""),
                name="a_locked_version_names_its_pack",
            ),
        )

    def __str__(self) -> str:
        return f"Version {self.number} by {self.by_name}"


class MeasureOwner(Placed):
    """Who answers for a measure at a place, and how to reach them; for all its measures where `measure` is empty."""

    owner = models.CharField(max_length=NAME_LENGTH)
    contact = models.CharField(max_length=NAME_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_made_up = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=[*PLACE, "measure"], name="one_owner_a_measure_and_place"),
            models.CheckConstraint(condition=~Q(owner="") & _NAMED, name="an_owner_has_a_name"),
        )

    def __str__(self) -> str:
        return f"{self.owner} for {self.measure or 'every measure'} of {self.trust}"


class Recalculation(Placed):
    """What was decided of new limits from a day on: accepted or refused, by whom, with the cause that is known.

    Never changed but to be taken back; one stands for a chart and day. `period_kind` is that of the chart (week, month).
    """

    period_kind = models.CharField(max_length=10)
    from_date = models.DateField(help_text="the end of the first period of the new section")
    proposed_because = models.CharField(max_length=REASON_LENGTH)
    decision = models.CharField(max_length=10, choices=list(DECISIONS.items()))
    cause = models.CharField(max_length=REASON_LENGTH, help_text="the change that is known, or why it was refused")
    is_definition_change = models.BooleanField(default=False, help_text="the way of counting changed: a break in the series")
    snapshot_id = models.CharField(max_length=20)
    is_made_up = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=150, blank=True)
    undone_because = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=[*PLACE, "measure", "period_kind", "from_date"],
                condition=Q(undone_at__isnull=True),
                name="one_decision_stands_for_a_chart_and_day",
            ),
            models.CheckConstraint(condition=Q(decision__in=list(DECISIONS)), name="a_decision_is_known"),
            models.CheckConstraint(condition=~Q(cause="") & ~Q(measure="") & _NAMED, name="a_decision_says_why_and_by_whom"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) & _UNNAMED | Q(undone_at__isnull=False) & ~_UNNAMED,
                name="a_decision_taken_back_says_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.decision} from {self.from_date} by {self.by_name}"


class AlertMark(Placed):
    """An alert that a person has seen (for that person), or dismissed (for everybody, with the reason).

    An alert is known by its measure, place, kind and the end of the period in which it turned.
    """

    kind = models.CharField(max_length=40)
    period_end = models.DateField()
    state = models.CharField(max_length=10, choices=list(MARKS.items()))
    note = models.CharField(max_length=REASON_LENGTH, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=[*PLACE, "measure", "kind", "period_end", "state", "by_name"], name="an_alert_is_marked_once_a_person"
            ),
            models.CheckConstraint(condition=Q(state__in=list(MARKS)) & _NAMED, name="a_mark_is_known_and_has_its_person"),
            models.CheckConstraint(condition=~Q(state=DISMISSED) | ~Q(note=""), name="a_dismissal_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.measure} {self.state} by {self.by_name}"
