"""Loaded by pytest before anything of Clockstop (`-p isolation`): no test can reach the real store.

`CLOCKSTOP_HOME` names a new folder for the session, whatever the environment said; `CLOCKSTOP_SHARED` is the shared
folder beside the repository where nothing else is said. What is written out and compiled once for all homes (queries, which
hold no data, and the clock's loop) is shared by the workers of a run and by the runs of `make test`: each is signed by the code.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
REAL_HOME = Path(os.environ.get("CLOCKSTOP_HOME") or Path.home() / ".clockstop").resolve()
SESSION_HOME = Path(tempfile.mkdtemp(prefix="clockstop-tests-"))

os.environ["CLOCKSTOP_HOME"] = str(SESSION_HOME)
os.environ.setdefault("CLOCKSTOP_SHARED", str(REPOSITORY.parent / "shared"))
SHARED_CACHE = Path(tempfile.gettempdir()) / f"clockstop-tests-cache-{os.getuid()}"
os.environ.setdefault("CLOCKSTOP_QUERIES", str(SHARED_CACHE / "queries"))
os.environ.setdefault("NUMBA_CACHE_DIR", str(SHARED_CACHE / "numba"))
atexit.register(shutil.rmtree, SESSION_HOME, ignore_errors=True)
