"""Every answer carries the strict policy; no log line carries a row's value."""

import io
import logging

import pytest

from clockstop.config.logs import WithoutValues


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sign-in", "/nowhere", "/static/built/clockstop.css"])
def test_every_answer_refuses_inline_script_and_style_eval_frames_and_outside_hosts(client, address):
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.django_db
def test_a_page_has_a_nonce_of_its_own_and_is_kept_by_no_cache(client):
    first, second = client.get("/sign-in"), client.get("/sign-in")
    assert first.headers["Content-Security-Policy"] != second.headers["Content-Security-Policy"]
    assert "no-store" in first.headers["Cache-Control"]
    assert (first.headers["X-Content-Type-Options"], first.headers["X-Frame-Options"]) == ("nosniff", "DENY")


def logged(act) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutValues())
    logger = logging.getLogger("django.request")
    before, logger.handlers = logger.handlers, [handler]
    try:
        act()
    finally:
        logger.handlers = before
    return stream.getvalue()


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_logged_without_its_address(client):
    line = logged(lambda: client.get("/pathways/AAA/P-4711"))
    assert "404" in line
    assert "4711" not in line


def test_an_exception_is_logged_with_its_kind_and_place_but_not_its_text():
    def act():
        try:
            raise ValueError("NHS number 9999999999 is wrong")
        except ValueError:
            logging.getLogger("django.request").exception("Internal Server Error: %s", "/find?q=9999999999")

    line = logged(act)
    assert "ValueError" in line
    assert "test_headers_and_logs.py" in line
    assert "9999999999" not in line
