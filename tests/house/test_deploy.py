"""The units of systemd and the example of a proxy: systemd takes them, and every command in them is one of ours."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clockstop.cli import main

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
PROGRAM = "/opt/clockstop/.venv/bin/clockstop"


def commands() -> list[tuple[str, list[str]]]:
    lines = [(unit.name, line) for unit in UNITS for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    return [(name, shlex.split(line.removeprefix("ExecStart="))) for name, line in lines]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_every_unit(tmp_path):
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, sys.executable))
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_command_of_a_unit_is_ours_and_its_flags_exist():
    """Each line is read as the program reads it, up to the instant at which it would begin."""
    found = commands()
    assert {name for name, _ in found} == {unit.name for unit in UNITS if unit.suffix == ".service"}
    tree = main.application()
    for name, (program, word, *arguments) in found:
        assert program == PROGRAM, name
        command = tree.get_command(None, word)
        assert command is not None, f"{name}: {word}"
        command.make_context(word, arguments)


def test_every_setting_of_the_example_is_one_that_is_read():
    from clockstop.config import settings

    named = set(re.findall(r"^(?:# )?(CLOCKSTOP_[A-Z_]+)=", (ROOT / "deploy" / "clockstop.env").read_text(), re.MULTILINE))
    assert named
    assert [name for name in sorted(named) if name not in settings.__doc__] == []


def test_what_the_guide_names_is_there():
    guide = (ROOT / "docs" / "running.md").read_text()
    assert [unit.name for unit in UNITS if unit.suffix == ".timer" and unit.stem not in guide] == []
    views = "".join((ROOT / "src" / "clockstop" / "pages" / name).read_text() for name in ("health.py", "seen_requests.py"))
    named = set(re.findall(r"clockstop_[a-z_]+", guide)) - {"clockstop_request_seconds_bucket", "clockstop_requests_total"}
    assert [name for name in sorted(named) if f'"{name}"' not in views] == []


def test_the_proxy_replaces_what_a_visitor_says_of_where_it_comes_from():
    text = (ROOT / "deploy" / "nginx" / "clockstop.conf").read_text()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "proxy_set_header X-Forwarded-Proto https;" in text
    assert "$request_uri" not in text.split("log_format")[1].split(";")[0]
