"""The play in a terminal: what stops it, and that nothing it began outlives it."""

import signal
import subprocess
import sys
import time as clock
from datetime import time, timedelta

import pytest

from clockstop.cli import _play_watched
from clockstop.errors import UserError
from clockstop.store.home import Home


def test_a_group_that_cannot_be_played_is_told_before_anything_is_served(tmp_path, monkeypatch):
    monkeypatch.setattr(_play_watched, "_site", lambda *_: pytest.fail("The site was served"))
    pace = {"step": timedelta(minutes=10), "every": timedelta(minutes=1), "start": time(8)}
    with pytest.raises(UserError, match="older version"):
        _play_watched.watch(Home(tmp_path), trusts=["ZZA"], again=False, port=8000, **pace)


# The site's own start, with a wait in place of gunicorn; the pipe of the test tells when it has ended.
STAND_IN = "print('up', flush=True); time.sleep(60)"
PARENT = f"""
import time
from pathlib import Path
from clockstop.cli import _play_watched
from clockstop.store.home import Home
_play_watched.SERVE = "import time;" + _play_watched.SERVE.replace("main.run()", {STAND_IN!r})
with _play_watched._site(Home(Path(".")), 8000):
    time.sleep(60)
"""


@pytest.mark.slow
def test_the_site_does_not_outlive_a_play_that_was_killed(tmp_path):
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=tmp_path, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"up\n"
        began = clock.monotonic()
        parent.send_signal(signal.SIGKILL)
        assert parent.stdout.read() == b""  # whoever holds the other end has ended
        assert clock.monotonic() - began < 20
