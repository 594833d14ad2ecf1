"""The tables of notes and of their editions."""

import uuid

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
            name="TrustEdition",
            fields=[
                ("trust", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("series", models.UUIDField(default=uuid.uuid4)),
            ],
        ),
        migrations.CreateModel(
            name="PathwayNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trust", models.CharField(max_length=12)),
                ("patient_pathway_identifier", models.CharField(max_length=40)),
                ("owner", models.CharField(blank=True, max_length=80)),
                ("next_step", models.CharField(blank=True, max_length=120)),
                ("next_step_date", models.DateField(blank=True, null=True)),
                ("comment", models.CharField(blank=True, max_length=500)),
                ("version", models.PositiveIntegerField(default=1)),
                ("edition", models.PositiveBigIntegerField()),
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
                "indexes": [models.Index(fields=["trust", "edition"], name="pathway_note_edition")],
                "constraints": [
                    models.UniqueConstraint(fields=("trust", "patient_pathway_identifier"), name="one_note_a_pathway"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_step_date__isnull", True), models.Q(("next_step", ""), _negated=True), _connector="OR"
                        ),
                        name="a_date_has_its_next_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("updated_by_name", ""), _negated=True), name="a_note_has_its_writer"
                    ),
                ],
            },
        ),
    ]
