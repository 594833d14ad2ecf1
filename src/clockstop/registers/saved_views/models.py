"""An address of the site under a name; it can be shared with a trust, and it can be a person's first page."""

from django.conf import settings
from django.db import models

NAME_LENGTH, ADDRESS_LENGTH = 60, 2000


class SavedViewQuerySet(models.QuerySet):
    """Views are reached as their owner's own, or through the trust with which they are shared."""

    def visible_to(self, user, scope) -> "SavedViewQuerySet":
        """The person's own views, and those shared with a trust of the scope."""
        return self.filter(models.Q(user=user) | models.Q(shared_with__in=scope.trusts))


class SavedView(models.Model):
    """One view. `shared_with` is the code of a trust, empty while the view is private."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=NAME_LENGTH)
    address = models.CharField(max_length=ADDRESS_LENGTH)
    shared_with = models.CharField(max_length=12, blank=True)
    updated_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["user", "name"], name="one_view_of_a_name"),
            models.CheckConstraint(condition=models.Q(address__startswith="/"), name="a_view_stays_on_this_site"),
        )

    def __str__(self) -> str:
        return self.name


class FirstPage(models.Model):
    """The view that a person sees first after signing in."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"First page: {self.view_id}"
