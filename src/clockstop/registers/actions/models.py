"""Actions: who does what by when, of what it comes and what it is to move. One table for all of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from clockstop.registers.core.placed import NAME_LENGTH, REASON_LENGTH, Placed, PlacedQuerySet

OPEN, UNDER_WAY, COMPLETE, STOPPED = "open", "under_way", "complete", "stopped"
STATUSES = {OPEN: "Not started", UNDER_WAY: "Under way", COMPLETE: "Complete", STOPPED: "Stopped"}
# An action of these is over: it is never late.
ENDED = (COMPLETE, STOPPED)
# What an action comes of; `source_key` says which: a review's month, a meeting's number.
REVIEW, EXCEPTION, MEETING = "review", "exception", "meeting"
SOURCES = {REVIEW: "A recommendation of a review", EXCEPTION: "An exception", MEETING: "A meeting of the waiting list"}
PATHWAY_LENGTH, SOURCE_LENGTH = 40, 40
_NAMED = ~Q(by_name="")


class ActionQuerySet(PlacedQuerySet):
    """Actions; those about one patient are apart: only who may see that patient as they are may read them."""

    def about_no_patient(self) -> "ActionQuerySet":
        """Those that reviews, packs and e-mails may name."""
        return self.filter(patient_pathway_identifier="")


class AgreedAction(Placed):
    """Who does what by when, and which measure it is meant to move (empty: none in particular).

    With a `patient_pathway_identifier` it is about that patient. `source` says of what it comes (empty: somebody wrote it).
    """

    text = models.CharField(max_length=REASON_LENGTH)
    owner = models.CharField(max_length=NAME_LENGTH)
    due = models.DateField()
    original_due = models.DateField()
    status = models.CharField(max_length=10, choices=list(STATUSES.items()), default=OPEN)
    evidence = models.CharField(max_length=REASON_LENGTH, blank=True)
    ended_on = models.DateField(null=True)
    agreed_on = models.DateField()
    version = models.PositiveIntegerField(default=1)
    patient_pathway_identifier = models.CharField(max_length=PATHWAY_LENGTH, blank=True, default="")
    source = models.CharField(max_length=10, choices=list(SOURCES.items()), blank=True, default="")
    source_key = models.CharField(max_length=SOURCE_LENGTH, blank=True, default="")
    is_made_up = models.BooleanField(default=False)
    at = models.DateTimeField(help_text="when it was last changed")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ("due", "id")
        indexes = (
            models.Index(fields=["trust", "division"], name="action_place"),
            models.Index(fields=["trust", "patient_pathway_identifier"], name="action_pathway"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(text="") & ~Q(owner=""), name="an_action_has_a_text_and_an_owner"),
            models.CheckConstraint(condition=Q(status__in=list(STATUSES)), name="an_action_has_a_known_status"),
            models.CheckConstraint(
                condition=Q(status__in=ENDED, ended_on__isnull=False) & ~Q(evidence="")
                | ~Q(status__in=ENDED) & Q(ended_on__isnull=True),
                name="an_ended_action_has_its_day_and_evidence",
            ),
            models.CheckConstraint(condition=_NAMED, name="an_action_has_its_writer"),
            models.CheckConstraint(
                condition=Q(source="", source_key="") | Q(source__in=list(SOURCES)) & ~Q(source_key=""),
                name="a_source_says_which",
            ),
        )

    def __str__(self) -> str:
        return f"{self.text} ({self.owner}, due {self.due})"


class WorkName(models.Model):
    """A name under which a person is named as owner, beside their own: a team, a post. It opens nothing; it only finds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="work_names")
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "name"], name="a_work_name_is_said_once"),
            models.CheckConstraint(condition=~Q(name=""), name="a_work_name_is_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class MovedDue(models.Model):
    """A due date of an action that was moved: from when to when, by whom and why."""

    action = models.ForeignKey(AgreedAction, on_delete=models.CASCADE, related_name="moves")
    was = models.DateField()
    due = models.DateField()
    because = models.CharField(max_length=REASON_LENGTH)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ("id",)
        constraints = (models.CheckConstraint(condition=~Q(because="") & _NAMED, name="a_moved_date_says_why_and_by_whom"),)

    def __str__(self) -> str:
        return f"from {self.was} to {self.due}"
