"""What an action is about and comes of, and the names under which people are owners."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
            ],
        ),
        migrations.AddField(
            model_name="agreedaction",
            name="patient_pathway_identifier",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="agreedaction",
            name="source",
            field=models.CharField(
                blank=True,
                choices=[
                    ("review", "A recommendation of a review"),
                    ("exception", "An exception"),
                    ("meeting", "A meeting of the waiting list"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="agreedaction",
            name="source_key",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddIndex(
            model_name="agreedaction",
            index=models.Index(fields=["trust", "patient_pathway_identifier"], name="action_pathway"),
        ),
        migrations.AddConstraint(
            model_name="agreedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", ""), ("source_key", "")),
                    models.Q(("source__in", ["review", "exception", "meeting"]), models.Q(("source_key", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_source_says_which",
            ),
        ),
        migrations.AddField(
            model_name="workname",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="work_names", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="workname",
            constraint=models.UniqueConstraint(fields=("user", "name"), name="a_work_name_is_said_once"),
        ),
        migrations.AddConstraint(
            model_name="workname",
            constraint=models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="a_work_name_is_a_name"),
        ),
    ]
