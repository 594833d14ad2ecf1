"""The tables of trajectories and their months."""

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
            name="Trajectory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("measure", models.CharField(max_length=80)),
                ("service", models.CharField(blank=True, max_length=12)),
                ("baseline", models.FloatField()),
                ("baseline_month", models.DateField()),
                ("target", models.FloatField()),
                ("target_month", models.DateField()),
                ("tolerance", models.FloatField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
                ("updated_by_name", models.CharField(max_length=150)),
                (
                    "updated_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("trust", "measure", "service"),
            },
        ),
        migrations.CreateModel(
            name="PlannedMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("value", models.FloatField()),
                (
                    "trajectory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="months", to="trajectories.trajectory"
                    ),
                ),
            ],
            options={
                "ordering": ("month",),
            },
        ),
        migrations.AddConstraint(
            model_name="trajectory",
            constraint=models.UniqueConstraint(fields=("trust", "measure", "service"), name="one_plan_a_measure_and_place"),
        ),
        migrations.AddConstraint(
            model_name="trajectory",
            constraint=models.CheckConstraint(
                condition=models.Q(("target_month__gt", models.F("baseline_month"))), name="a_plan_goes_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="trajectory",
            constraint=models.CheckConstraint(condition=models.Q(("tolerance__gte", 0)), name="a_tolerance_is_not_below_0"),
        ),
        migrations.AddConstraint(
            model_name="trajectory",
            constraint=models.CheckConstraint(
                condition=models.Q(("updated_by_name", ""), _negated=True), name="a_plan_has_its_writer"
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedmonth",
            constraint=models.UniqueConstraint(fields=("trajectory", "month"), name="a_month_is_planned_once"),
        ),
    ]
