"""The command line imports nothing heavy before it knows what was typed."""

import subprocess
import sys

HEAVY = ("ibis", "pandas", "numba", "duckdb", "django", "pyarrow", "polars")


def modules_after(arguments: str) -> set[str]:
    code = (
        "import sys\nfrom clockstop.cli.main import run\n"
        f"try:\n    run({arguments})\nexcept SystemExit:\n    pass\n"
        "print('MODULES', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split("MODULES", 1)[1].split())


def test_version_imports_nothing_heavy():
    assert not modules_after("['--version']") & set(HEAVY)


def test_the_list_of_commands_imports_nothing_heavy():
    assert not modules_after("['--help']") & {"pandas", "numba", "ibis", "django"}
