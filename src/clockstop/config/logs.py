"""Log lines that hold no row's values: no address with an identifier in it, no message of an exception, no arguments."""

import logging
import traceback


class WithoutValues(logging.Formatter):
    """A line with time, level, logger and what happened; of an exception its kind and place, never its text."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the places of an exception's traceback below it."""
        line = logging.makeLogRecord(record.__dict__)
        line.exc_info = line.exc_text = line.stack_info = None
        if record.name.startswith("django"):
            line.msg, line.args = _what_django_saw(record), None
        text = super().format(line)
        return "\n".join([text, *_places(record)]) if record.exc_info else text

    def formatException(self, ei) -> str:  # noqa: N802 the name is logging's
        """Only the exception's kind."""
        return ei[0].__name__ if ei and ei[0] else ""


def _what_django_saw(record: logging.LogRecord) -> str:
    """The route (its pattern, not the address) and status of a request; else the message without its arguments."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    status = getattr(record, "status_code", "")
    if status:
        return f"{status} {match.route if match else 'no such page'}"
    return str(record.msg)


def _places(record: logging.LogRecord) -> list[str]:
    kind, _, trace = record.exc_info
    frames = traceback.extract_tb(trace)
    return [f"  {kind.__name__}", *(f"  at {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)]
