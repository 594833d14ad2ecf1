"""What monitors see: well or not, measured for those who may read it; and log lines that say nothing of a patient."""

import io
import json
import logging
import sys

import pytest
from django.db import DatabaseError, connection

from clockstop.config.logs import AsJson, WithoutValues
from clockstop.pages import health, seen_requests
from clockstop.store import lock

pytestmark = pytest.mark.django_db


def test_liveness_and_readiness_say_no_more_than_that(client, group):
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "ready", "database": True, "snapshot": True}
    assert client.post("/health/live").status_code == 405
    assert client.get("/health/live", headers={"host": "elsewhere.example"}).status_code == 400


def test_a_site_without_its_database_is_live_and_not_ready(client, group, monkeypatch):
    def fails():
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", fails)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["database"]) == (503, False)
    assert client.get("/health/live").status_code == 200


def test_a_snapshot_that_cannot_be_read_is_not_ready(client, home, settings):
    home.snapshots.mkdir()
    home.snapshot_pointer.write_text("2026-01-01.1\n")
    settings.HOME = home
    assert client.get("/health/ready").status_code == 503


def test_measurements_are_for_the_machine_itself_and_for_who_holds_the_token(client, group, settings):
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 403
    wrong, right = {"Authorization": "Bearer a-long-toke"}, {"Authorization": "Bearer a-long-token"}
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3", headers=wrong).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3", headers=right).status_code == 200
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3", headers={"Authorization": "Bearer "}).status_code == 403


def test_a_proxy_does_not_make_its_visitors_this_machine(client, group, settings):
    import ipaddress

    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1")]
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 403


def test_measurements_name_pages_and_never_addresses(client, reader):
    signed_in = reader()
    signed_in.get("/pathways/QQA/timeline/QQA-P001")
    signed_in.get("/find?q=9434765919")
    text = client.get("/metrics").content.decode()
    assert 'clockstop_requests_total{method="GET",status="200",view="show_pathway"}' in text
    assert "QQA" not in text
    assert "P001" not in text
    assert "9434765919" not in text
    assert "clockstop_database_up 1.0" in text
    assert "clockstop_snapshot_age_seconds " in text


def lines_of(act, formatter) -> list[str]:
    stream = io.StringIO()
    handler, logger = logging.StreamHandler(stream), logging.getLogger("clockstop.requests")
    handler.setFormatter(formatter)
    before = logger.handlers, logger.level
    logger.handlers, _ = [handler], logger.setLevel(logging.INFO)
    try:
        act()
    finally:
        logger.handlers = before[0]
        logger.setLevel(before[1])
    return stream.getvalue().splitlines()


def test_each_request_has_one_line_with_its_page_and_without_its_patient(reader):
    signed_in = reader()
    (line,) = lines_of(lambda: signed_in.get("/pathways/QQA/timeline/QQA-P001?x=9434765919"), AsJson())
    said = json.loads(line)
    assert (said["event"], said["view"], said["status"], said["method"]) == ("request", "show_pathway", 200, "GET")
    assert len(said["user"]) == 12
    assert "pat" not in said["user"]
    assert "P001" not in line
    assert "9434765919" not in line


def test_a_number_that_a_proxy_gave_is_kept_where_it_is_one(client):
    assert client.get("/health/live", headers={"X-Request-ID": "abcd-1234-efgh"}).headers["X-Request-ID"] == "abcd-1234-efgh"
    assert client.get("/health/live", headers={"X-Request-ID": "a b\nc"}).headers["X-Request-ID"] != "a b\nc"


def test_an_exception_as_json_has_its_kind_and_places_and_not_its_text():
    def act():
        try:
            raise ValueError("NHS number 9434765919")
        except ValueError:
            logging.getLogger("clockstop.requests").exception("it failed")

    (line,) = lines_of(act, AsJson())
    assert json.loads(line)["exception"] == "ValueError"
    assert "9434765919" not in line


def test_the_server_s_own_lines_lose_addresses_and_keep_process_numbers():
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, "Error handling request %s", ("/find?q=94347",), None)
    assert WithoutValues().format(record).endswith("Error handling request …")
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, "Worker (pid:%s) was sent %s!", (17, "SIGKILL"), None)
    assert "Worker (pid:17) was sent SIGKILL!" in WithoutValues().format(record)


def test_a_measurement_that_cannot_be_written_takes_no_answer_away(client, monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(seen_requests, "instruments", full)
    assert client.get("/health/live").status_code == 200


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's list of locks is Linux's")
def test_who_asks_whether_somebody_writes_does_not_stand_in_the_way(home):
    assert not lock.is_held(home.lock_file)
    with lock.writer(home):
        assert lock.is_held(home.lock_file)
        assert "clockstop_writer_busy 1.0" in health._as_text(health._samples(home))
    assert not lock.is_held(home.lock_file)
