"""A full disk, memory that ends, a database that is held: each a page that says so."""

import pytest
from django.db import OperationalError

from clockstop.pages import health, refusals
from clockstop.store.engine import OUT_OF_MEMORY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "answered"),
    [
        (OSError(28, "No space left on device"), (507, "The disk of this site is full")),
        (OperationalError("database or disk is full"), (507, "The disk of this site is full")),
        (OperationalError('could not extend file "base/1/2": No space left on device'), (507, "The disk of this site is full")),
        (OUT_OF_MEMORY("could not allocate block of size 256 KiB"), (503, "more memory than the site has")),
        (MemoryError(), (503, "more memory than the site has")),
        (OperationalError("database is locked"), (503, "Too many people are writing")),
    ],
)
def test_what_the_machine_would_not_do_is_a_page_that_says_so(client, group, monkeypatch, error, answered):
    def fails(_request):
        raise error

    monkeypatch.setattr(health, "_may_read", fails)
    status, says = answered
    answer = client.get("/metrics")
    assert answer.status_code == status
    text = answer.content.decode()
    assert says in text
    assert "Traceback" not in text
    assert client.get("/health/live").status_code == 200


def test_a_fault_of_ours_stays_one():
    assert refusals.in_words(OperationalError("no such column: x")) is None
    assert refusals.in_words(ValueError("disk is full")) is None


@pytest.mark.parametrize(
    ("error", "answered"),
    [
        (OperationalError("disk I/O error"), (507, "The disk of this site is full")),
        (RuntimeError("a fault"), (500, "Something went wrong on our side")),
    ],
)
def test_what_goes_wrong_outside_a_view_is_such_a_page_too(rf, error, answered):
    try:
        raise error
    except Exception:
        found = refusals.server_error(rf.get("/ptl"))
    status, says = answered
    assert found.status_code == status
    assert says in found.content.decode()
