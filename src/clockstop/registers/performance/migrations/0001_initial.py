"""The tables of what people write for a performance review."""

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
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("due", "id"),
            },
        ),
        migrations.CreateModel(
            name="AlertMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("division", models.CharField(blank=True, max_length=120)),
                ("service", models.CharField(blank=True, max_length=12)),
                ("site", models.CharField(blank=True, max_length=12)),
                ("measure", models.CharField(blank=True, max_length=80)),
                ("kind", models.CharField(max_length=40)),
                ("period_end", models.DateField()),
                ("state", models.CharField(choices=[("seen", "Seen"), ("dismissed", "Dismissed")], max_length=10)),
                ("note", models.CharField(blank=True, max_length=500)),
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
                "ordering": ("-at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="MeasureOwner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("division", models.CharField(blank=True, max_length=120)),
                ("service", models.CharField(blank=True, max_length=12)),
                ("site", models.CharField(blank=True, max_length=12)),
                ("measure", models.CharField(blank=True, max_length=80)),
                ("owner", models.CharField(max_length=120)),
                ("contact", models.CharField(blank=True, max_length=120)),
                ("version", models.PositiveIntegerField(default=1)),
                ("is_made_up", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="performance.agreedaction"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Narrative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("division", models.CharField(blank=True, max_length=120)),
                ("service", models.CharField(blank=True, max_length=12)),
                ("site", models.CharField(blank=True, max_length=12)),
                ("measure", models.CharField(blank=True, max_length=80)),
                ("month", models.DateField()),
                ("version", models.PositiveIntegerField(default=1, help_text="the number of the version that stands")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("trust", "division", "service", "site", "measure", "month"),
                        name="one_narrative_a_measure_place_and_month",
                    ),
                    models.CheckConstraint(condition=models.Q(("measure", ""), _negated=True), name="a_narrative_is_of_a_measure"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NarrativeVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField(max_length=2000)),
                ("recovery_date", models.DateField(help_text="when the measure is expected back on plan", null=True)),
                ("revised_because", models.CharField(blank=True, max_length=500)),
                ("snapshot_id", models.CharField(max_length=20)),
                ("numerator", models.FloatField(null=True)),
                ("denominator", models.FloatField(null=True)),
                ("value", models.FloatField(null=True)),
                ("locked_in", models.CharField(blank=True, max_length=120)),
                ("locked_at", models.DateTimeField(null=True)),
                ("is_made_up", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "narrative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="performance.narrative"
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
            },
        ),
        migrations.CreateModel(
            name="Recalculation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("division", models.CharField(blank=True, max_length=120)),
                ("service", models.CharField(blank=True, max_length=12)),
                ("site", models.CharField(blank=True, max_length=12)),
                ("measure", models.CharField(blank=True, max_length=80)),
                ("period_kind", models.CharField(max_length=10)),
                ("from_date", models.DateField(help_text="the end of the first period of the new section")),
                ("proposed_because", models.CharField(max_length=500)),
                ("decision", models.CharField(choices=[("accepted", "Accepted"), ("refused", "Refused")], max_length=10)),
                ("cause", models.CharField(help_text="the change that is known, or why it was refused", max_length=500)),
                (
                    "is_definition_change",
                    models.BooleanField(default=False, help_text="the way of counting changed: a break in the series"),
                ),
                ("snapshot_id", models.CharField(max_length=20)),
                ("is_made_up", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by_name", models.CharField(blank=True, max_length=150)),
                ("undone_because", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
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
            constraint=models.CheckConstraint(condition=models.Q(("by_name", ""), _negated=True), name="an_action_has_its_writer"),
        ),
        migrations.AddConstraint(
            model_name="alertmark",
            constraint=models.UniqueConstraint(
                fields=("trust", "division", "service", "site", "measure", "kind", "period_end", "state", "by_name"),
                name="an_alert_is_marked_once_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="alertmark",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["seen", "dismissed"]), models.Q(("by_name", ""), _negated=True)),
                name="a_mark_is_known_and_has_its_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="alertmark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "dismissed"), _negated=True), models.Q(("note", ""), _negated=True), _connector="OR"
                ),
                name="a_dismissal_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="measureowner",
            constraint=models.UniqueConstraint(
                fields=("trust", "division", "service", "site", "measure"), name="one_owner_a_measure_and_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="measureowner",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("owner", ""), _negated=True), models.Q(("by_name", ""), _negated=True)),
                name="an_owner_has_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="moveddue",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("because", ""), _negated=True), models.Q(("by_name", ""), _negated=True)),
                name="a_moved_date_says_why_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="narrativeversion",
            constraint=models.UniqueConstraint(fields=("narrative", "number"), name="a_version_is_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="narrativeversion",
            constraint=models.CheckConstraint(condition=models.Q(("by_name", ""), _negated=True), name="a_version_has_its_writer"),
        ),
        migrations.AddConstraint(
            model_name="narrativeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("locked_at__isnull", True), ("locked_in", "")),
                    models.Q(("locked_at__isnull", False), models.Q(("locked_in", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_locked_version_names_its_pack",
            ),
        ),
        migrations.AddConstraint(
            model_name="recalculation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("trust", "division", "service", "site", "measure", "period_kind", "from_date"),
                name="one_decision_stands_for_a_chart_and_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="recalculation",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["accepted", "refused"])), name="a_decision_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="recalculation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", ""), _negated=True),
                    models.Q(("measure", ""), _negated=True),
                    models.Q(("by_name", ""), _negated=True),
                ),
                name="a_decision_says_why_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="recalculation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by_name", "")),
                    models.Q(("undone_at__isnull", False), models.Q(("undone_by_name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_decision_taken_back_says_by_whom",
            ),
        ),
    ]
