"""Sign-ins from beginning to end; a password that somebody else chose is marked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_access_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False, help_text="somebody else chose the password"),
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(db_index=True, max_length=40)),
                ("at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField(help_text="written once a minute at most")),
                (
                    "method",
                    models.CharField(help_text="password or openid, with +code where a second factor was given", max_length=40),
                ),
                ("network_address", models.GenericIPAddressField(null=True)),
                ("browser", models.CharField(blank=True, help_text="as the browser calls itself", max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("signed_out", "Signed out"),
                            ("not_used", "Not used for too long"),
                            ("too_long", "Lasted as long as one may"),
                            ("too_many", "Signed in at too many places"),
                            ("by_the_person", "Ended from another place"),
                            ("password", "The password was changed"),
                            ("role", "A role ended"),
                            ("left", "Left"),
                            ("operator", "Ended by whoever runs this Clockstop"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sign_ins", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_because", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_because", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="why_a_sign_in_ended_is_known",
                    )
                ],
            },
        ),
    ]
