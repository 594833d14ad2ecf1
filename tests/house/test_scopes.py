"""What is kept of answers is kept for whoever sees as much, and not for everybody of the same trusts."""

import ast
from pathlib import Path

SRC = Path(__file__).parents[2] / "src" / "clockstop"
KEPT = {"kept_answer", "kept_beside", "compiled_rows"}


def keys_of(file: Path):
    """The keys under which a file keeps answers, and what is named `key` in it, as written."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KEPT:
            yield from (ast.unparse(one) for one in node.args if not isinstance(one, ast.Lambda))
        if isinstance(node, ast.Assign) and any("key" in ast.unparse(one) for one in node.targets):
            yield ast.unparse(node.value)


def test_no_key_of_an_answer_names_the_trusts_of_patients_in_the_place_of_the_clearance():
    """Two people of one trust may see different rows of it: `Scope.clearance` says all that shapes them."""
    files = [file for room in ("answers", "reports", "pages") for file in (SRC / room).rglob("*.py")]
    found = {file.relative_to(SRC): [key for key in keys_of(file) if "patient_trusts" in key] for file in files}
    assert {str(file): keys for file, keys in found.items() if keys} == {}


def test_only_the_scope_itself_reads_whose_patients_it_may_see():
    """`Scope(...)` with trusts taken from another scope would lose its parts: `Scope.within` narrows."""
    read = [file for room in ("answers", "reports", "registers", "pages") for file in (SRC / room).rglob("*.py")]
    odd = [file.name for file in read if "scope.may_see_patients" in file.read_text(encoding="utf-8")]
    assert odd == []
