"""What is asked of people is stricter where others than this machine's own browser reach the site; its cookies are bound to it."""

import subprocess
import sys

import pytest

ASKED = "SECOND_FACTOR", "FIRST_PASSWORD_CHANGES", "MOST_SIGN_INS", "SESSION_COOKIE_NAME"
ALONE = "offered False 100 sessionid"
SHARED = "patients True 5 sessionid"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ALONE),
        ({"CLOCKSTOP_ALLOWED_HOSTS": "clockstop.trust.example"}, SHARED),
        ({"CLOCKSTOP_HTTPS": "1"}, SHARED.replace("sessionid", "__Host-sessionid")),
        ({"CLOCKSTOP_HTTPS": "1", "CLOCKSTOP_SECOND_FACTOR": "required"}, "required True 5 __Host-sessionid"),
    ],
)
def test_the_defaults_follow_who_reaches_the_site(home, given, expected):
    code = f"from django.conf import settings; print(*(getattr(settings, name) for name in {ASKED!r}))"
    environment = {"CLOCKSTOP_HOME": str(home.root), "DJANGO_SETTINGS_MODULE": "clockstop.config.settings", "PATH": "/usr/bin:/bin"}
    ran = subprocess.run([sys.executable, "-c", code], env=environment | given, capture_output=True, text=True, check=False)
    assert (ran.stdout.strip(), ran.stderr) == (expected, "")
