"""The tables of sign-offs and of answers on records that fail a rule."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The first tables."""

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("rule", models.CharField(max_length=120)),
                ("record", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(choices=[("fixed", "Fixed at source"), ("accepted", "Accepted as right")], max_length=10),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("trust", "rule", "record"), name="one_answer_a_rule_and_record"),
                    models.CheckConstraint(condition=models.Q(("state__in", ["fixed", "accepted"])), name="an_answer_is_known"),
                    models.CheckConstraint(condition=models.Q(("by_name", ""), _negated=True), name="an_answer_has_its_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("measure", models.CharField(max_length=80)),
                ("month", models.DateField()),
                ("numerator", models.FloatField(null=True)),
                ("denominator", models.FloatField(null=True)),
                ("value", models.FloatField(null=True)),
                ("mark", models.JSONField(help_text="the kite mark when it was signed")),
                ("note", models.CharField(blank=True, max_length=300)),
                ("snapshot_id", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by_name", models.CharField(blank=True, max_length=150)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
                "indexes": [models.Index(fields=["trust", "measure", "month"], name="sign_off_month")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("trust", "measure", "month"),
                        name="a_month_is_signed_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("by_name", ""), _negated=True), name="a_sign_off_has_its_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_by_name", "")),
                            models.Q(("undone_at__isnull", False), models.Q(("undone_by_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_sign_off_taken_back_says_by_whom",
                    ),
                ],
            },
        ),
    ]
