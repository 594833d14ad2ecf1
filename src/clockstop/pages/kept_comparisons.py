"""Compared lists, kept for the session of the person who compared them, and no longer.

The list itself is not kept: it lies in a folder of its own under `CLOCKSTOP_HOME` while it is read, which is then removed. Its
answer lies in one file that only the session's secret name finds; it goes with the next comparison, when it is forgotten, or when
the session would have ended (docs/privacy.md).
"""

import json
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.http import HttpRequest

from clockstop.answers.list_comparison import Comparison
from clockstop.intake.list_file import ListFile, read_list
from clockstop.reports.list_comparison import values

KEY = "list_comparison"
_SUMMARY = b"clockstop"
_NAME = re.compile(r"[A-Za-z0-9_-]{20,64}")
_SAFE = re.compile(r"[^\w .()-]+")


@dataclass(frozen=True)
class Kept:
    """A compared list: what `reports.list_comparison.values` says of it, and its rows."""

    summary: dict[str, Any]
    rows: pa.Table


def read_upload(name: str, content: bytes) -> ListFile:
    """The list that was sent, read; its bytes are gone from the disk when this returns."""
    settings.HOME.comparisons.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".partial-", dir=settings.HOME.comparisons) as folder:
        file = Path(folder) / (_SAFE.sub("_", Path(name).name)[-80:].lstrip(".") or "list")
        file.write_bytes(content)
        return read_list(file)


def keep(request: HttpRequest, comparison: Comparison) -> None:
    """Keep the answer for this session, in place of the one before."""
    forget(request)
    sweep()
    name = secrets.token_urlsafe(24)
    about = json.dumps(values(comparison, has_rows=False)).encode()
    partial = settings.HOME.comparisons / f".partial-{name}"
    partial.touch(mode=0o600)
    pq.write_table(comparison.rows.replace_schema_metadata({_SUMMARY: about}), partial)
    partial.replace(_file(name))
    request.session[KEY] = name


def kept(request: HttpRequest) -> Kept | None:
    """The answer of this session; None where there is none, or no longer, or its trusts are no longer the reader's."""
    name = request.session.get(KEY, "")
    if not _NAME.fullmatch(name) or not _file(name).is_file() or _is_old(_file(name)):
        return None
    rows = pq.read_table(_file(name))
    summary = json.loads(rows.schema.metadata[_SUMMARY])
    return Kept(summary, rows) if set(summary["trusts"]) <= request.scope.identified_trusts else None


def forget(request: HttpRequest) -> None:
    """Remove the answer of this session."""
    name = request.session.pop(KEY, "")
    if _NAME.fullmatch(name):
        _file(name).unlink(missing_ok=True)


def sweep() -> None:
    """Remove every answer that has outlived a session."""
    settings.HOME.comparisons.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in settings.HOME.comparisons.glob("*.parquet"):
        if _is_old(file):
            file.unlink(missing_ok=True)


def _is_old(file: Path) -> bool:
    return time.time() - file.stat().st_mtime > settings.SESSION_COOKIE_AGE


def _file(name: str) -> Path:
    return settings.HOME.comparisons / f"{name}.parquet"
