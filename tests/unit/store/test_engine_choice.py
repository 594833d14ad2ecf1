"""Which engine is opened, and what is said where it is not there."""

import os
import subprocess
import sys

import pytest

from clockstop.errors import UnknownName, UserError
from clockstop.store import engine
from clockstop.store.home import chosen_engine


@pytest.mark.parametrize(("said", "chosen"), [(None, ""), ("", ""), ("duckdb", "duckdb"), (" Spark ", "spark")])
def test_the_environment_names_the_engine(monkeypatch, said, chosen):
    monkeypatch.delenv("CLOCKSTOP_ENGINE", raising=False)
    if said is not None:
        monkeypatch.setenv("CLOCKSTOP_ENGINE", said)
    assert chosen_engine() == chosen


def test_without_a_name_the_embedded_engine_is_opened():
    opened = engine.open_engine()
    assert opened.name == "duckdb"
    opened.close()


def test_an_unknown_engine_is_named_with_those_that_there_are():
    with pytest.raises(UnknownName, match=r"polars'.*\n.*CLOCKSTOP_ENGINE.*\n.*duckdb or spark"):
        engine.open_engine("polars")


def test_without_pyspark_spark_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"clockstop\[spark\].*Java 17"):
        engine.open_engine("spark", spill=tmp_path / "spill")
    assert not (tmp_path / "spill").exists()


def test_the_embedded_engine_imports_no_spark():
    code = "import sys, clockstop.store.engine as e; e.open_engine().close(); print('pyspark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert done.stdout.strip() == "False"
