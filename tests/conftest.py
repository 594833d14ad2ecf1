"""What every test stands on: no outside sockets, no real store, drawn tables on every engine, shared files or a loud skip."""

import os
import shutil
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
import pytest_socket

import drawn_tables
from clockstop.store.engine import ENGINES, DuckDBEngine, SparkEngine, open_engine
from clockstop.store.home import Home, shared_folder
from flushed import flushes_lift_guards

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
SKIPPED_FOR_WANT = pytest.StashKey[int]()
# Facts beyond RTT's are built by the refresh, which runs on the embedded engine alone; on Spark each of their drawings takes many
# seconds. They are to be proved there with the refresh itself; one drawing of the cancer facts and the activity plans are already.
NOT_YET_ON_SPARK = frozenset(
    f"test_{name}.py"
    for name in (
        "bed_measures", "diagnostic_facts", "diagnostic_measures", "dm01_return", "follow_ups", "midnights", "outpatients",
        "outpatient_measures", "rooms", "theatre_bookings", "theatre_cancellations", "theatre_lists", "theatre_measures",
    )
)  # fmt: skip


def pytest_configure(config):
    """Count from nothing."""
    config.stash[SKIPPED_FOR_WANT] = 0


def pytest_collection_modifyitems(config, items):
    """Leave Spark's proofs to `make test-spark` (`-m spark`), which starts its JVM once; nobody else should wait for one."""
    is_for_spark = "spark" in (config.option.markexpr or "")
    left_out = [
        item for item in items if item.get_closest_marker("spark") and (item.path.name in NOT_YET_ON_SPARK or not is_for_spark)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        unwanted = {item.nodeid for item in left_out}
        items[:] = [item for item in items if item.nodeid not in unwanted]


def pytest_runtest_setup(item):
    """Outside sockets are off; a test that needs the shared files is skipped, and counted, where they are not there."""
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)
    if item.get_closest_marker("shared") and not shared_folder().is_dir():
        item.config.stash[SKIPPED_FOR_WANT] += 1
        pytest.skip(f"the shared reference files are not at {shared_folder()}; CLOCKSTOP_SHARED names their folder")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Files stay whole, and the journeys together: they share one loaded group, which a second worker would make anew."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return "tests/journey" if nodeid.startswith("tests/journey/") else super()._split_scope(nodeid)

    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Add up what the workers of pytest-xdist skipped."""
    skipped = getattr(node, "workeroutput", {}).get("skipped_for_want", 0)
    node.config.stash[SKIPPED_FOR_WANT] += skipped


def pytest_sessionfinish(session):
    """Hand a worker's count to the session that started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["skipped_for_want"] = session.config.stash[SKIPPED_FOR_WANT]


def pytest_terminal_summary(terminalreporter, config):
    """Always say how many tests were skipped for want of the shared files."""
    skipped = config.stash[SKIPPED_FOR_WANT]
    terminalreporter.write_line(
        f"Tests skipped for want of the shared reference files: {skipped}", red=skipped > 0, bold=skipped > 0
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """The database of the tests; those that commit may empty the tables that it guards."""
    with flushes_lift_guards():
        yield


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    """An empty home of the test's own, which `CLOCKSTOP_HOME` names too."""
    root = tmp_path / "home"
    root.mkdir()
    monkeypatch.setenv("CLOCKSTOP_HOME", str(root))
    return Home(root)


@pytest.fixture
def shared() -> Path:
    """The folder of shared reference files; use it with the marker `shared`."""
    return shared_folder()


@pytest.fixture(scope="session")
def spark(tmp_path_factory) -> SparkEngine:
    """The one Spark engine of the session; where pyspark or Java is not there the test is skipped, and under CI=1 it fails."""
    if find_spec("pyspark") is None or shutil.which("java") is None:
        message = "SPARK TESTS NOT RUN: pyspark (make install-dev) or Java 17 (make system, as root) is not installed"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    opened = open_engine("spark", spill=tmp_path_factory.mktemp("spark"))
    yield opened
    opened.close()


@pytest.fixture
def embedded() -> DuckDBEngine:
    """The embedded engine, newly opened."""
    opened = open_engine()
    yield opened
    opened.close()


# Every engine runs every spec; an engine's gap is a strict expected failure with its reason.
@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.spark if name == "spark" else ()) for name in ENGINES])
def engine(request) -> DuckDBEngine | SparkEngine:
    """Each engine in turn."""
    return request.getfixturevalue("spark" if request.param == "spark" else "embedded")


@pytest.fixture
def spec(engine):
    """Run a rule over drawn tables on each engine and compare its rows with a drawn table.

    `spec(rule, table, ..., argument=value, expect=table)`: every argument that is a drawn table becomes a table of the
    engine, every ISO date a date. Only the columns of `expect` are compared; the order of rows only where `in_order`.
    """

    def run(rule, *arguments, expect, in_order=False, **named):
        given = [_argument(value, engine) for value in arguments]
        result = rule(*given, **{name: _argument(value, engine) for name, value in named.items()})
        rows = engine.rows(result) if hasattr(result, "op") else result
        wanted = drawn_tables.table(expect)
        got = drawn_tables.text(rows.select(wanted.column_names), in_order=in_order)
        assert got == drawn_tables.text(wanted, in_order=in_order)

    return run


def _argument(value, engine):
    if isinstance(value, str) and drawn_tables.is_drawn(value):
        return engine.memory(drawn_tables.table(value))
    if isinstance(value, str) and drawn_tables.ISO_DATE.fullmatch(value):
        return date.fromisoformat(value)
    return value
