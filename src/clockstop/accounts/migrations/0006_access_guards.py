"""The database refuses changes of access records; alerts, who saw them, and pathways opened by breaking the glass."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from clockstop.accounts import chain_guards

_ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
_KINDS = [
    ("bulk_export", "Many patients taken away"),
    ("many_patients", "Many patients opened in an hour"),
    ("own_record", "Looked at the own record"),
    ("unusual_hour", "Looked at an hour unusual for the person"),
    ("broke_glass", "Broke the glass"),
]
_HASH = {"editable": False, "max_length": 64}


class Migration(migrations.Migration):
    """The tables beside the records, and what guards the records."""

    dependencies = [
        ("accounts", "0005_access_chain"),
    ]

    operations = [
        migrations.AlterField("accessrecord", "previous_hash", models.CharField(**_HASH)),
        migrations.AlterField("accessrecord", "row_hash", models.CharField(**_HASH)),
        migrations.AlterField("accessrecord", "sequence", models.BigIntegerField(editable=False, unique=True)),
        migrations.AlterField(
            "accessrecord",
            "reason",
            models.CharField(blank=True, help_text="why, in the person's own words, where one had to be given", max_length=200),
        ),
        migrations.AlterField("accessrecord", "shown_hash", models.CharField(blank=True, max_length=64)),
        migrations.AddIndex("accessrecord", models.Index(fields=["username", "-sequence"], name="access_by_person")),
        migrations.CreateModel(
            name="ShownPatients",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="shown",
                        serialize=False,
                        to="accounts.accessrecord",
                    ),
                ),
                ("trust", models.CharField(max_length=12)),
                ("keys", models.BinaryField()),
            ],
            options={
                "db_table": "accounts_shown_patients",
                "indexes": [models.Index(fields=["trust", "record"], name="shown_by_trust")],
            },
        ),
        migrations.CreateModel(
            name="AccessAlert",
            fields=[
                _ID,
                ("kind", models.CharField(choices=_KINDS, max_length=16)),
                ("trust", models.CharField(max_length=12)),
                ("username", models.CharField(max_length=150)),
                ("day", models.DateField()),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("first_sequence", models.BigIntegerField(help_text="the first access record behind it")),
                ("last_sequence", models.BigIntegerField(help_text="the last access record behind it so far")),
                ("says", models.CharField(max_length=200)),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ("-raised_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=["kind", "trust", "username", "day", "first_sequence"], name="one_alert_of_a_look"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AlertSeen",
            fields=[
                _ID,
                (
                    "alert",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="seen", to="accounts.accessalert"),
                ),
                ("username", models.CharField(max_length=150)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finding", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ("at",),
                "constraints": [models.UniqueConstraint(fields=["alert", "username"], name="an_alert_is_seen_once_by_each")],
            },
        ),
        migrations.CreateModel(name="AlertProgress", fields=[_ID, ("sequence", models.BigIntegerField(default=0))]),
        migrations.CreateModel(
            name="OwnNumber",
            fields=[
                _ID,
                ("username", models.CharField(max_length=150, unique=True)),
                ("nhs_number_pseudonym", models.CharField(max_length=64)),
                ("given_by", models.CharField(max_length=150)),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="BrokenGlass",
            fields=[
                _ID,
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("username", models.CharField(max_length=150)),
                ("trust", models.CharField(max_length=12)),
                ("patient_pathway_identifier", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=200)),
                ("opened_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "db_table": "accounts_broken_glass",
                "indexes": [models.Index(fields=["user", "until"], name="glass_by_person")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="glass_is_broken_for_a_reason"),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("opened_at"))), name="glass_is_broken_for_a_while"
                    ),
                ],
            },
        ),
        chain_guards.operation("accounts_accessrecord"),
        chain_guards.operation("accounts_shown_patients"),
        chain_guards.operation("accounts_broken_glass"),
    ]
