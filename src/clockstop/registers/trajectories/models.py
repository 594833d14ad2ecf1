"""A trajectory: what a trust plans a measure to be at the end of each month, for the whole trust or one of its services."""

from django.conf import settings
from django.db import models

MEASURE_LENGTH = 80


class TrajectoryQuerySet(models.QuerySet):
    """Plans are figures of a trust, reached through the trusts whose figures the person may see."""

    def within(self, scope) -> "TrajectoryQuerySet":
        """The plans of trusts whose measures the scope may see."""
        return self.filter(trust__in=scope.trusts)


class Trajectory(models.Model):
    """One plan: from a baseline in one month to a target in another, in the measure's own unit (shares are 0 to 1).

    `service` is a national reported function, empty for the whole trust. `tolerance` is how far behind still counts as within it.
    `version` goes up by one with each change, so that two people do not overwrite each other.
    """

    trust = models.CharField(max_length=12)
    measure = models.CharField(max_length=MEASURE_LENGTH)
    service = models.CharField(max_length=12, blank=True)
    baseline = models.FloatField()
    baseline_month = models.DateField()
    target = models.FloatField()
    target_month = models.DateField()
    tolerance = models.FloatField()
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_by_name = models.CharField(max_length=150)

    objects = TrajectoryQuerySet.as_manager()

    class Meta:
        ordering = ("trust", "measure", "service")
        constraints = (
            models.UniqueConstraint(fields=["trust", "measure", "service"], name="one_plan_a_measure_and_place"),
            models.CheckConstraint(condition=models.Q(target_month__gt=models.F("baseline_month")), name="a_plan_goes_forward"),
            models.CheckConstraint(condition=models.Q(tolerance__gte=0), name="a_tolerance_is_not_below_0"),
            models.CheckConstraint(condition=~models.Q(updated_by_name=""), name="a_plan_has_its_writer"),
        )

    def __str__(self) -> str:
        return f"Plan of {self.trust} for {self.measure}, version {self.version}"


class PlannedMonth(models.Model):
    """What is planned for the end of one month: `month` is its last day."""

    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="months")
    month = models.DateField()
    value = models.FloatField()

    class Meta:
        ordering = ("month",)
        constraints = (models.UniqueConstraint(fields=["trajectory", "month"], name="a_month_is_planned_once"),)

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"
