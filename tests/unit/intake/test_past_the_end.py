"""A date at the very end of what a program may read: the engine's parser must not look behind it."""

import subprocess
import sys

import pytest

# The text ends where the memory that may be read ends; a format that is longer than the text comes first.
SCRIPT = """
import ctypes, mmap
import numpy as np, pyarrow as pa
from clockstop.intake.check import _parsed
from clockstop.store.engine import DuckDBEngine

text, page = b"2026-06-16T19:45", mmap.PAGESIZE
memory = mmap.mmap(-1, 2 * page)
start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(start + page), page, 0) == 0
memory[page - len(text):page] = text
held = pa.foreign_buffer(start + page - len(text), len(text), base=memory)
cells = pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, len(text)], np.int32).tobytes()), held)
engine = DuckDBEngine()
engine.lend("cells", pa.table({"cell": cells}))
rows = engine.named("cells")
found = engine.rows(rows.select(at=_parsed(rows.cell, ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"))))
print(found["at"][0].as_py().isoformat())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is guarded with mprotect")
@pytest.mark.slow
def test_a_text_shorter_than_its_format_is_read_to_its_end_and_no_further() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "2026-06-16T19:45:00"), done.stderr[-300:]
