"""What the written pages say is there: their links lead somewhere, and their commands and flags exist."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from clockstop.cli import docs, main

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|[`\s(])(?:\.venv/bin/)?(clockstop [^`\n|#]+)", re.MULTILINE)
# Where commands are shown to be typed. Other pages speak of them in passing.
TYPED = (
    "README.md",
    "docs/guide-manager.md",
    "docs/guide-analyst.md",
    "docs/mapping.md",
    "docs/published-statistics.md",
    "docs/returns.md",
    "docs/data-quality.md",
    "docs/data-quality-rules.md",
    "docs/standard-range.md",
    "docs/standard-range-scores.md",
    "docs/privacy.md",
    "docs/now.md",
    "docs/spc.md",
    "docs/what-changed.md",
    "docs/benchmarking.md",
    "docs/packs.md",
    "docs/guide-administrator.md",
    "docs/guide-governance.md",
    "docs/guide-my-work.md",
    "docs/guide-reviews.md",
    "docs/api.md",
    "docs/sign-in.md",
)
# Its scripts name a system user and folders of the same name beside the command.
SCRIPTS = ("docs/running.md",)
MARKS = "[]|(),.;:"


def pages() -> list[Path]:
    """Every Markdown page of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file() and "vendor" not in name]


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings make, as the code's host makes them, and those written out."""
    text = page.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
    return made | set(re.findall(r'<a id="([^"]+)"', text))


def broken(page: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    found = []
    for target in LINK.findall(re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in anchors(place)):
            found.append(target)
    return found


@pytest.mark.parametrize("file", pages(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(file: Path):
    assert broken(file) == []


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One\n[here](#one) [gone](nowhere.md) [no such part](page.md#two) [outside](https://example.org)\n")
    assert broken(page) == ["nowhere.md", "page.md#two"]


def flags_by_command() -> dict[str, set[str]]:
    """The flags of every command as it is typed."""
    found = {}
    for command in docs._commands():
        written = " ".join(one.written for one in command.parameters)
        found[command.typed] = {"--help", *re.findall(r"--[a-z-]+", written)}
    return found


def commands_of(text: str) -> list[str]:
    """Every `clockstop ...` in a text, lines that go on put together."""
    joined = re.sub(r"\\\n\s*", " ", text)
    return [one.strip().rstrip(MARKS) for one in COMMAND.findall(joined)]


def fault(typed: str, known: dict[str, set[str]]) -> str:
    """What is wrong with a command as it is written; empty where nothing is."""
    words = [word.strip(MARKS) for word in shlex.split(typed.replace("'", ""), comments=True)[1:]]
    if not words or words[0].startswith("--version"):
        return ""
    name = next((" ".join(words[:size]) for size in (3, 2, 1) if " ".join(words[:size]) in known), None)
    if name is None:
        is_group = len(words) == 1 and words[0] in main.commands()
        return "" if is_group else f"no such command: {typed}"
    wrong = [word for word in words if word.startswith("--") and word.split("=")[0] not in known[name]]
    return f"{name} has no {', '.join(wrong)}" if wrong else ""


@pytest.mark.parametrize("name", TYPED)
def test_every_command_named_exists_with_its_flags(name: str):
    known = flags_by_command()
    typed = commands_of((ROOT / name).read_text(encoding="utf-8"))
    assert [found for one in typed if (found := fault(one, known))] == []


def test_a_wrong_command_and_a_wrong_flag_are_found():
    known = flags_by_command()
    told = commands_of(
        "```\nclockstop lode FILE\nclockstop load FILE --trus X \\\n    --dataset y   # why\n```\n`clockstop loads list`"
    )
    assert [fault(one, known) for one in told] == ["no such command: clockstop lode FILE", "load has no --trus", ""]


def test_the_guides_name_every_command():
    """A command that no guide names is one that nobody finds; `docs` and `demo` are for engineers and the README."""
    told = "".join((ROOT / name).read_text(encoding="utf-8") for name in (*TYPED, *SCRIPTS))
    assert [name for name in flags_by_command() if name != "docs" and f"clockstop {name}" not in told and name != "demo"] == []
