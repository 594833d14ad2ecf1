"""One table: every sign-in, from its beginning to its end."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SignIn(models.Model):
    """A person signed in at a browser; kept when it is over. `session_key` is that of Django's session while it lasts."""

    class Ended(models.TextChoices):
        """Why it is over."""

        SIGNED_OUT = "signed_out", "Signed out"
        NOT_USED = "not_used", "Not used for too long"
        TOO_LONG = "too_long", "Lasted as long as one may"
        TOO_MANY = "too_many", "Signed in at too many places"
        BY_THE_PERSON = "by_the_person", "Ended from another place"
        PASSWORD = "password", "The password was changed"
        ROLE = "role", "A role ended"
        LEFT = "left", "Left"
        OPERATOR = "operator", "Ended by whoever runs this Clockstop"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, db_index=True)
    at = models.DateTimeField()
    last_seen_at = models.DateTimeField(help_text="written once a minute at most")
    method = models.CharField(max_length=40, help_text="password or openid, with +code where a second factor was given")
    network_address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True, help_text="as the browser calls itself")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, blank=True, choices=Ended.choices)

    class Meta:
        app_label = "accounts"
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="") | Q(ended_at__isnull=False) & ~Q(ended_because=""),
                name="why_a_sign_in_ended_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} since {self.at:%Y-%m-%d %H:%M}"
