"""The table of changes."""

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
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batch", models.UUIDField(db_index=True, default=uuid.uuid4)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=150)),
                ("what", models.CharField(max_length=60)),
                ("record", models.CharField(max_length=60)),
                ("record_key", models.CharField(max_length=120)),
                ("trust", models.CharField(blank=True, max_length=12)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("undoes", models.UUIDField(db_index=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["record", "trust", "record_key"], name="change_record")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("by_name", ""), _negated=True), name="change_has_a_person"),
                    models.CheckConstraint(condition=models.Q(("what", ""), _negated=True), name="change_has_a_verb"),
                ],
            },
        ),
    ]
