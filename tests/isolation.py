"""Loaded by pytest before anything of Clockstop (`-p isolation`): no test can reach the real store.

`CLOCKSTOP_HOME` names a new folder for the session, whatever the environment said; `CLOCKSTOP_SHARED` is the shared
folder beside the repository where nothing else is said.
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
atexit.register(shutil.rmtree, SESSION_HOME, ignore_errors=True)
