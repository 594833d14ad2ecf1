"""What is written of a place: a trust, or a division, service or site of it, and perhaps of a measure there."""

from django.db import models

MEASURE_LENGTH, UNIT_LENGTH, NAME_LENGTH, REASON_LENGTH = 80, 120, 120, 500
PLACE = ("trust", "division", "service", "site")


class PlacedQuerySet(models.QuerySet):
    """What is written of a trust's figures, reached through the trusts whose figures the person may see."""

    def within(self, scope) -> "PlacedQuerySet":
        """Those of trusts whose measures the scope may see."""
        return self.filter(trust__in=scope.trusts)

    def of(self, place) -> "PlacedQuerySet":
        """Those of exactly this place."""
        return self.filter(**{name: getattr(place, name) for name in PLACE})

    def inside(self, place) -> "PlacedQuerySet":
        """Those of this place and of what lies in it."""
        return self.filter(**place.where)


class Placed(models.Model):
    """What is said of a measure at a place: a trust, or a division, service or site of it."""

    trust = models.CharField(max_length=12)
    division = models.CharField(max_length=UNIT_LENGTH, blank=True)
    service = models.CharField(max_length=12, blank=True)
    site = models.CharField(max_length=12, blank=True)
    measure = models.CharField(max_length=MEASURE_LENGTH, blank=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        abstract = True
