"""One row for every change that a person makes to a record: who, when, what, before and after."""

import uuid

from django.conf import settings
from django.db import models


class Change(models.Model):
    """A change to one record. `batch` is one for all the records that one press of a button changed.

    `by_name` stays when the account goes; `before` is null where the record was new, `undoes` is the batch that
    this change took back.
    """

    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    what = models.CharField(max_length=60)
    record = models.CharField(max_length=60)
    record_key = models.CharField(max_length=120)
    trust = models.CharField(max_length=12, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    undoes = models.UUIDField(null=True, db_index=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["record", "trust", "record_key"], name="change_record"),)
        constraints = (
            models.CheckConstraint(condition=~models.Q(by_name=""), name="change_has_a_person"),
            models.CheckConstraint(condition=~models.Q(what=""), name="change_has_a_verb"),
        )

    def __str__(self) -> str:
        return f"{self.what} of {self.record} by {self.by_name}"
