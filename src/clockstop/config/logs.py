"""Log lines that hold no row's values: no address with an identifier in it, no message of an exception, no arguments."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from gunicorn.glogging import Logger


class WithoutValues(logging.Formatter):
    """A line with time, level, logger and what happened; of an exception its kind and place, never its text."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the places of an exception's traceback below it."""
        line = logging.makeLogRecord(record.__dict__)
        line.exc_info = line.exc_text = line.stack_info = None
        line.msg, line.args = _said(record), None
        text = super().format(line)
        return "\n".join([text, *_places(record)]) if record.exc_info else text

    def formatException(self, ei) -> str:  # noqa: N802 the name is logging's
        """Only the exception's kind."""
        return ei[0].__name__ if ei and ei[0] else ""


class AsJson(logging.Formatter):
    """The same, as one JSON object a line, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The object; what a request or a job says of itself stands in keys of its own."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        facts = getattr(record, "facts", None)
        line |= {"event": record.msg, **facts} if facts else {"event": _said(record)}
        if record.exc_info:
            kind, *places = [place.strip() for place in _places(record)]
            line |= {"exception": kind, "places": places}
        return json.dumps(line, ensure_ascii=False)


class ServerLog(Logger):
    """What the server itself logs, in our words: gunicorn's own would write the address of a request that it cannot answer."""

    def setup(self, cfg) -> None:
        """Its lines go where ours go."""
        super().setup(cfg)
        self.error_log.handlers = list(logging.getLogger("clockstop").handlers)


def _said(record: logging.LogRecord) -> str:
    if record.name.startswith("django"):
        return _what_django_saw(record)
    if record.name.startswith("gunicorn"):
        return _what_the_server_saw(record)
    facts = getattr(record, "facts", None)
    if facts:
        return " ".join([str(record.msg), *(f"{name}={value}" for name, value in facts.items() if value != "")])
    return record.getMessage()


def _what_django_saw(record: logging.LogRecord) -> str:
    """The route (its pattern, not the address) and status of a request; else the message without its arguments."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    status = getattr(record, "status_code", "")
    if status:
        return f"{status} {match.route if match else 'no such page'}"
    return str(record.msg)


def _what_the_server_saw(record: logging.LogRecord) -> str:
    """Its words with numbers (a process, a signal) and signals' names, and without anything else."""
    args = record.args if isinstance(record.args, tuple) else ()
    try:
        return str(record.msg) % tuple(one if isinstance(one, int) or str(one).startswith("SIG") else "…" for one in args)
    except (TypeError, ValueError):
        return str(record.msg)


def _places(record: logging.LogRecord) -> list[str]:
    kind, _, trace = record.exc_info
    frames = traceback.extract_tb(trace)
    return [f"  {kind.__name__}", *(f"  at {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)]
