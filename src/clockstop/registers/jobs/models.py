"""A long job: who asked for what, how far it is, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

WAITING, RUNNING, DONE, STOPPED, FAILED = "waiting", "running", "done", "stopped", "failed"
UNDER_WAY, ENDED = (WAITING, RUNNING), (DONE, STOPPED, FAILED)


class Job(models.Model):
    """One job. `asked` is what its kind needs to know; `attempts` counts how often a worker has begun it.

    `owner` is null for what the schedule asked for, `owner_name` stays when the account goes. `doing` is what is worked on, or
    in words what came of it; `result` is for programs.
    """

    key = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=150)
    asked = models.JSONField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    owner_name = models.CharField(max_length=150)
    state = models.CharField(max_length=8, default=WAITING, choices=[(one, one) for one in (*UNDER_WAY, *ENDED)])
    share = models.FloatField(default=0)
    doing = models.CharField(max_length=400, default="Waiting for a worker")
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_stop_wanted = models.BooleanField(default=False)
    task = models.UUIDField(null=True)
    asked_at = models.DateTimeField(db_index=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        indexes = (models.Index(fields=["state"], name="job_state"),)
        constraints = (
            models.CheckConstraint(condition=~Q(owner_name=""), name="a_job_has_somebody_who_asked"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | Q(state__in=UNDER_WAY, ended_at__isnull=True),
                name="a_job_that_is_over_has_its_end",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}: {self.state}"
