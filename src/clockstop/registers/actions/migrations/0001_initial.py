"""The tables of actions as `performance.0002` left them: known here, not made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("performance", "0002_actions_leave"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AgreedAction",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("trust", models.CharField(max_length=12)),
                        ("division", models.CharField(blank=True, max_length=120)),
                        ("service", models.CharField(blank=True, max_length=12)),
                        ("site", models.CharField(blank=True, max_length=12)),
                        ("measure", models.CharField(blank=True, max_length=80)),
                        ("text", models.CharField(max_length=500)),
                        ("owner", models.CharField(max_length=120)),
                        ("due", models.DateField()),
                        ("original_due", models.DateField()),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Not started"),
                                    ("under_way", "Under way"),
                                    ("complete", "Complete"),
                                    ("stopped", "Stopped"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("evidence", models.CharField(blank=True, max_length=500)),
                        ("ended_on", models.DateField(null=True)),
                        ("agreed_on", models.DateField()),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("is_made_up", models.BooleanField(default=False)),
                        ("at", models.DateTimeField(help_text="when it was last changed")),
                        ("by_name", models.CharField(max_length=150)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("due", "id"),
                    },
                ),
                migrations.CreateModel(
                    name="MovedDue",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("was", models.DateField()),
                        ("due", models.DateField()),
                        ("because", models.CharField(max_length=500)),
                        ("at", models.DateTimeField()),
                        ("by_name", models.CharField(max_length=150)),
                        (
                            "action",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="actions.agreedaction"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("id",),
                    },
                ),
                migrations.AddIndex(
                    model_name="agreedaction",
                    index=models.Index(fields=["trust", "division"], name="action_place"),
                ),
                migrations.AddConstraint(
                    model_name="agreedaction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(models.Q(("text", ""), _negated=True), models.Q(("owner", ""), _negated=True)),
                        name="an_action_has_a_text_and_an_owner",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="agreedaction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "under_way", "complete", "stopped"])),
                        name="an_action_has_a_known_status",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="agreedaction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on__isnull", False),
                                ("status__in", ("complete", "stopped")),
                                models.Q(("evidence", ""), _negated=True),
                            ),
                            models.Q(models.Q(("status__in", ("complete", "stopped")), _negated=True), ("ended_on__isnull", True)),
                            _connector="OR",
                        ),
                        name="an_ended_action_has_its_day_and_evidence",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="agreedaction",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("by_name", ""), _negated=True), name="an_action_has_its_writer"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="moveddue",
                    constraint=models.CheckConstraint(
                        condition=models.Q(models.Q(("because", ""), _negated=True), models.Q(("by_name", ""), _negated=True)),
                        name="a_moved_date_says_why_and_by_whom",
                    ),
                ),
            ]
        )
    ]
