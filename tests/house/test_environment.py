"""Two files read the environment, each its own variables (docs/adr/0004)."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "clockstop"
READERS = {"store/home.py", "config/environment.py"}
WRITES = {"setdefault", "pop", "update"}


def reads(tree: ast.AST) -> list[int]:
    """The lines that read the environment; those that set a variable for a process that they start do not count."""
    written = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)}
    written |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in WRITES}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name) and id(node) not in written]
    return [node.lineno for node in found if (node.attr if isinstance(node, ast.Attribute) else node.id) in ("environ", "getenv")]


@pytest.mark.parametrize("text", ["os.environ['A']", "os.environ.get('A')", "os.getenv('A')", "dict(os.environ)", "environ['A']"])
def test_a_read_is_found(text):
    assert reads(ast.parse(text)) == [1]


@pytest.mark.parametrize("text", ["os.environ['A'] = 'b'", "os.environ.setdefault('A', 'b')"])
def test_a_variable_that_is_set_is_no_read(text):
    assert reads(ast.parse(text)) == []


def test_only_two_files_read_the_environment():
    files = {str(file.relative_to(SOURCE)): reads(ast.parse(file.read_text())) for file in SOURCE.rglob("*.py")}
    assert {name for name, lines in files.items() if lines} == READERS
