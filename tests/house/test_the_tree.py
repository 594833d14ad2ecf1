"""The house itself: sizes, hosts, paths, numbers of decision records."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [file for file in tracked("src/*.py", "src/**/*.py") if "migrations" not in file.parts]


@pytest.mark.parametrize("file", python_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_has_at_most_400_lines(file: Path):
    assert len(file.read_text().splitlines()) <= 400


def long_functions(file: Path) -> list[str]:
    tree = ast.parse(file.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [f"{node.name} ({node.end_lineno - node.lineno + 1})" for node in functions if node.end_lineno - node.lineno >= 40]


# The one loop that runs every clock: numba compiles it whole, and splitting it would hide the order of the turns.
ALLOWED_LONG = {"_fold_pathways"}


@pytest.mark.parametrize("file", python_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_function_has_at_most_40_lines(file: Path):
    assert [name for name in long_functions(file) if name.split(" ")[0] not in ALLOWED_LONG] == []


def readable(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_registry_host_or_a_machine_path():
    host = re.compile(r"https?://(?:[\w.-]*(?:py" r"pi|python" r"hosted|npm" r"js|registry\.)[\w.-]*)", re.IGNORECASE)
    path = re.compile(r"(?<![\w./])/(?:wo" r"rk|tm" r"p|ro" r"ot)/[\w.-]+")
    found = [
        str(file.relative_to(ROOT)) for file in tracked() if (text := readable(file)) and (host.search(text) or path.search(text))
    ]
    assert found == []


def test_decision_records_have_unique_numbers():
    numbers = [file.name[:4] for file in (ROOT / "docs" / "adr").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))
    assert numbers


def test_the_house_holds():
    done = subprocess.run(
        [str(ROOT / ".venv/bin/lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]


def error_names(trees: dict[Path, ast.Module]) -> set[str]:
    """`UserError` and the classes that are kinds of it."""
    classes = {node.name: {ast.unparse(base) for base in node.bases} for tree in trees.values() for node in ast.walk(tree)
               if isinstance(node, ast.ClassDef)}  # fmt: skip
    names = {"UserError"}
    while more := {name for name, bases in classes.items() if bases & names} - names:
        names |= more
    return names


def test_every_error_of_the_user_says_what_to_do():
    trees = {file: ast.parse(file.read_text()) for file in python_files()}
    names = error_names(trees)
    silent = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file, tree in trees.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in names
        and not any(word.arg in ("do", None) for word in call.keywords)
    ]  # fmt: skip
    assert len(names) > 5
    assert silent == []
