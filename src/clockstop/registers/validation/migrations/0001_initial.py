"""The tables of outcomes, hours, claims and their numbers."""

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
            name="TrustOutcomes",
            fields=[
                ("trust", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ValidationHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("by_name", models.CharField(max_length=150)),
                ("team", models.CharField(blank=True, max_length=60)),
                ("target", models.PositiveIntegerField(default=60)),
                ("expected_low", models.PositiveIntegerField(null=True)),
                ("expected_high", models.PositiveIntegerField(null=True)),
                ("filters", models.CharField(blank=True, max_length=300)),
                ("skipped", models.JSONField(default=list)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ("-started_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ValidationOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("patient_pathway_identifier", models.CharField(max_length=40)),
                ("start_date", models.DateField()),
                ("period_number", models.PositiveIntegerField()),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("stop_treated", "Stop: treated"),
                            ("stop_no_treatment", "Stop: no treatment or discharged"),
                            ("stop_monitoring", "Stop: active monitoring"),
                            ("duplicate", "Duplicate"),
                            ("start_wrong", "Start is wrong"),
                            ("clock_right", "Clock is right"),
                            ("ask_service", "Ask the service"),
                        ],
                        max_length=30,
                    ),
                ),
                ("right_date", models.DateField(help_text="the day of the stop, or of the right start", null=True)),
                ("other_pathway", models.CharField(blank=True, help_text="of a duplicate, the pathway that stays", max_length=40)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("flags", models.JSONField(default=list, help_text="the slugs of the flags that stood at that time")),
                ("evidence_signature", models.CharField(max_length=64)),
                ("snapshot_id", models.CharField(max_length=20)),
                ("as_of_date", models.DateField()),
                ("days_waited", models.IntegerField()),
                ("division", models.CharField(blank=True, max_length=60)),
                ("service", models.CharField(blank=True, max_length=20)),
                ("consultant", models.CharField(blank=True, max_length=20)),
                ("expected_chance", models.FloatField(null=True)),
                ("seconds", models.PositiveIntegerField(help_text="from when the row was shown until it was answered", null=True)),
                ("source", models.CharField(choices=[("desk", "Desk"), ("sample", "Drawn sample")], default="desk", max_length=10)),
                ("sample", models.CharField(blank=True, help_text="the name of the drawn sample", max_length=40)),
                ("team", models.CharField(blank=True, max_length=60)),
                ("is_made_up", models.BooleanField(default=False)),
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
                (
                    "hour",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="outcomes",
                        to="validation.validationhour",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="ValidationClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("patient_pathway_identifier", models.CharField(max_length=40)),
                ("start_date", models.DateField()),
                ("by_name", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("trust", "patient_pathway_identifier", "start_date"), name="one_claim_a_clock")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="validationhour",
            index=models.Index(fields=["by", "trust", "started_at"], name="hour_by_trust"),
        ),
        migrations.AddIndex(
            model_name="validationoutcome",
            index=models.Index(fields=["trust", "patient_pathway_identifier"], name="outcome_pathway"),
        ),
        migrations.AddIndex(
            model_name="validationoutcome",
            index=models.Index(fields=["trust", "at"], name="outcome_trust_at"),
        ),
        migrations.AddIndex(
            model_name="validationoutcome",
            index=models.Index(fields=["by", "at"], name="outcome_by_at"),
        ),
        migrations.AddConstraint(
            model_name="validationoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("by_name", ""), _negated=True), name="an_outcome_has_its_validator"
            ),
        ),
        migrations.AddConstraint(
            model_name="validationoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "code__in",
                        [
                            "stop_treated",
                            "stop_no_treatment",
                            "stop_monitoring",
                            "duplicate",
                            "start_wrong",
                            "clock_right",
                            "ask_service",
                        ],
                    )
                ),
                name="an_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="validationoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("right_date__isnull", False),
                    models.Q(("code__in", ["stop_treated", "start_wrong"]), _negated=True),
                    _connector="OR",
                ),
                name="an_outcome_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="validationoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("code", "duplicate"), ("other_pathway", ""), _negated=True), name="a_duplicate_names_the_other"
            ),
        ),
        migrations.AddConstraint(
            model_name="validationoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by_name", "")),
                    models.Q(("undone_at__isnull", False), models.Q(("undone_by_name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="an_outcome_taken_back_says_by_whom",
            ),
        ),
    ]
