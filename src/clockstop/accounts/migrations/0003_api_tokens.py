"""Tokens of the API, and how many wrong keys came from where."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables more."""

    dependencies = [
        ("accounts", "0002_validation_clerk"),
    ]

    operations = [
        migrations.CreateModel(
            name="TokenFailures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network_address", models.GenericIPAddressField(unique=True)),
                ("since", models.DateTimeField()),
                ("failures", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("key_hash", models.CharField(help_text="SHA-256 of the key, in hexadecimal", max_length=64, unique=True)),
                (
                    "hint",
                    models.CharField(help_text="the first characters of the key, by which its owner knows it again", max_length=12),
                ),
                ("trust", models.CharField(blank=True, help_text="ODS code; empty for every trust of the person's", max_length=12)),
                ("may_see_patients", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.CharField(blank=True, max_length=150)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="api_tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", True), ("revoked_by", "")),
                            models.Q(("revoked_at__isnull", False), models.Q(("revoked_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="who_revoked_a_token_is_known",
                    )
                ],
            },
        ),
    ]
