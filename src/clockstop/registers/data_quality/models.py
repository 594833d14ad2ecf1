"""Who signed a measure's month as right, and what somebody said of a record that fails a data-quality rule."""

from django.conf import settings
from django.db import models
from django.db.models import Q

NOTE_LENGTH, MEASURE_LENGTH, RULE_LENGTH, RECORD_LENGTH = 300, 80, 120, 200
FIXED, ACCEPTED = "fixed", "accepted"
STATES = {FIXED: "Fixed at source", ACCEPTED: "Accepted as right"}
_TAKEN_BACK = Q(undone_at__isnull=True, undone_by_name="") | Q(undone_at__isnull=False) & ~Q(undone_by_name="")


class SignOffQuerySet(models.QuerySet):
    """Sign-offs are of figures of a trust, reached through the trusts whose figures the person may see."""

    def within(self, scope) -> "SignOffQuerySet":
        """Those of trusts whose measures the scope may see."""
        return self.filter(trust__in=scope.trusts)

    def standing(self) -> "SignOffQuerySet":
        """Those that were not taken back."""
        return self.filter(undone_at__isnull=True)


class SignOff(models.Model):
    """A measure's month (its last day) of a trust, signed as right by one person, with the figure and the kite mark as they stood.

    Never changed but to be taken back.
    """

    trust = models.CharField(max_length=12)
    measure = models.CharField(max_length=MEASURE_LENGTH)
    month = models.DateField()
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    value = models.FloatField(null=True)
    mark = models.JSONField(help_text="the kite mark when it was signed")
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    snapshot_id = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=150, blank=True)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["trust", "measure", "month"], name="sign_off_month"),)
        constraints = (
            models.UniqueConstraint(
                fields=["trust", "measure", "month"], condition=Q(undone_at__isnull=True), name="a_month_is_signed_once"
            ),
            models.CheckConstraint(condition=~Q(by_name=""), name="a_sign_off_has_its_person"),
            models.CheckConstraint(condition=_TAKEN_BACK, name="a_sign_off_taken_back_says_by_whom"),
        )

    def __str__(self) -> str:
        return f"{self.measure} of {self.trust} for {self.month:%B %Y}, signed by {self.by_name}"


class RecordAnswerQuerySet(models.QuerySet):
    """Answers are about patients' records, reached through the trusts whose patients the person may see."""

    def within(self, scope) -> "RecordAnswerQuerySet":
        """Those of trusts whose patients the scope may see."""
        return self.filter(trust__in=[trust for trust in scope.patient_trusts if scope.identifies(trust)])


class RecordAnswer(models.Model):
    """What a person said of a record that fails a rule: mended where it was recorded, or right as it is.

    `rule` is the rule's whole name (`dataset.slug`), `record` the key by which the rule names the record. One a record and rule;
    taken back it is gone, and the audit keeps it.
    """

    trust = models.CharField(max_length=12)
    rule = models.CharField(max_length=RULE_LENGTH)
    record = models.CharField(max_length=RECORD_LENGTH)
    state = models.CharField(max_length=10, choices=list(STATES.items()))
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)

    objects = RecordAnswerQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["trust", "rule", "record"], name="one_answer_a_rule_and_record"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="an_answer_is_known"),
            models.CheckConstraint(condition=~Q(by_name=""), name="an_answer_has_its_person"),
        )

    def __str__(self) -> str:
        return f"{self.state} in {self.trust} by {self.by_name}"
