"""One row for every change that a person makes to a record: who, when, what, before and after."""

import uuid

from django.conf import settings
from django.db import models

from clockstop.accounts.chain import Chained, covers


class Change(Chained):
    """A change to one record. `batch` is one for all the records that one press of a button changed.

    Rows are a chain, as access records are: added and never changed. `by_name` stays when the account goes; `before` is null where
    the record was new, `undoes` is the batch that this change took back. `role` and `network_address` are of the request, empty
    where a command wrote.
    """

    batch = models.UUIDField(default=uuid.uuid4, db_index=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    by_name = models.CharField(max_length=150)
    role = models.CharField(max_length=80, blank=True)
    network_address = models.GenericIPAddressField(null=True)
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


covers(
    Change._meta.db_table,
    {
        1: (
            "at", "batch", "by_id", "by_name", "role", "network_address", "what", "record", "record_key", "trust", "before",
            "after", "undoes",
        )
    },
)  # fmt: skip
