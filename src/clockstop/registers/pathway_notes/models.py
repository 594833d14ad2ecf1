"""What people write about a pathway: its owner, its next step and a comment."""

import uuid

from django.conf import settings
from django.db import models

FIELDS = ("owner", "next_step", "next_step_date", "comment")
OWNER_LENGTH, NEXT_STEP_LENGTH, COMMENT_LENGTH = 80, 120, 500


class PathwayNoteQuerySet(models.QuerySet):
    """Notes are reached through the trusts whose patients the person may see, and in no other way."""

    def within(self, scope) -> "PathwayNoteQuerySet":
        """The notes on patients whom the scope may see."""
        return self.filter(trust__in=scope.patient_trusts)


class PathwayNote(models.Model):
    """The note on one pathway. `version` goes up by one with each change, so that two people do not overwrite each other."""

    trust = models.CharField(max_length=12)
    patient_pathway_identifier = models.CharField(max_length=40)
    owner = models.CharField(max_length=OWNER_LENGTH, blank=True)
    next_step = models.CharField(max_length=NEXT_STEP_LENGTH, blank=True)
    next_step_date = models.DateField(null=True, blank=True)
    comment = models.CharField(max_length=COMMENT_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=1)
    edition = models.PositiveBigIntegerField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_by_name = models.CharField(max_length=150)

    objects = PathwayNoteQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["trust", "edition"], name="pathway_note_edition"),)
        constraints = (
            models.UniqueConstraint(fields=["trust", "patient_pathway_identifier"], name="one_note_a_pathway"),
            models.CheckConstraint(
                condition=models.Q(next_step_date__isnull=True) | ~models.Q(next_step=""), name="a_date_has_its_next_step"
            ),
            models.CheckConstraint(condition=~models.Q(updated_by_name=""), name="a_note_has_its_writer"),
        )

    def __str__(self) -> str:
        return f"Note on a pathway of {self.trust}, version {self.version}"

    @property
    def values(self) -> dict[str, str]:
        """The four fields as text, as the audit keeps them."""
        return {name: _text(getattr(self, name)) for name in FIELDS} | {"version": self.version}


class TrustEdition(models.Model):
    """The number of the last change to any note of a trust, raised in the transaction of the change.

    Its row is locked until the change is committed, so numbers are committed in order: who has read the notes up to a number
    need only read those after it. `series` changes when the table is made anew, and then nothing read before holds.
    """

    trust = models.CharField(max_length=12, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    series = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return f"Edition {self.number} of {self.trust}"


def _text(value) -> str:
    return "" if value is None else str(value)
