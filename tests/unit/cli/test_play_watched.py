"""The play in a terminal: what stops it, and that nothing it began outlives it."""

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
