"""The command `clockstop`: finds the file of the command that was typed, and imports no other."""

import errno
import importlib
import pkgutil
import sys
from pathlib import Path

NOT_COMMANDS = {"main"}
STOPPED = "Stopped. What was published before still stands."
# What the engine says where Ctrl-C meets it in the middle of a query.
INTERRUPTED = "Query interrupted"


def commands() -> list[str]:
    """The names of the commands: the files of this folder, underscores as hyphens."""
    names = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name.replace("_", "-") for name in names if name not in NOT_COMMANDS and not name.startswith("_"))


def application():
    """The tree of commands, of which none is imported yet."""
    import typer
    from typer.core import TyperGroup  # typer brings its own click; a group of another click would not know its errors

    class Commands(TyperGroup):
        """Each command's file is imported when its name is typed, not before."""

        def list_commands(self, ctx):
            return commands()

        def get_command(self, ctx, cmd_name):
            if cmd_name not in commands():
                return None
            module = importlib.import_module(f"clockstop.cli.{cmd_name.replace('-', '_')}")
            command = typer.main.get_command(module.app)
            command.name = cmd_name
            return command

    return Commands(
        name="clockstop", help="The operations room of a hospital group.", context_settings={"help_option_names": ["-h", "--help"]}
    )


def run(arguments: list[str] | None = None) -> None:
    """Run the command line; a mistake of the user's ends in a message and exit code 2, never in a traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments in (["--version"], ["-V"]):
        from clockstop import __version__

        print(f"clockstop {__version__}")
        return
    from clockstop.errors import UserError

    try:
        application().main(args=arguments, prog_name="clockstop")
    except UserError as error:
        print(error, file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except OSError as error:
        print(_refused(error), file=sys.stderr)
        raise SystemExit(2) from None
    except Exception as error:
        if str(error) == INTERRUPTED:
            print(STOPPED, file=sys.stderr)
            raise SystemExit(130) from None
        if not (_is_refusal_of_engine(error) or _is_refusal_of_database(error)):
            raise
        what = "The engine could not finish." if _is_refusal_of_engine(error) else "The database could not be read or written."
        print(_engine_refused(what, error), file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        raise SystemExit(130) from None


def _refused(error: OSError) -> str:
    """What the operating system would not do, in words: a full disk, a folder that may not be written."""
    do = {
        errno.ENOSPC: "Make room on that disk and run the command again.",
        errno.EFBIG: "Raise the limit on the size of a file (ulimit -f) and run the command again.",
        errno.EACCES: "Ask for the right to read and write there, or set CLOCKSTOP_HOME to a folder of your own.",
        errno.EPERM: "Ask for the right to read and write there, or set CLOCKSTOP_HOME to a folder of your own.",
        errno.EROFS: "That disk is read-only: set CLOCKSTOP_HOME to a folder that can be written.",
    }.get(error.errno, "Put that right and run the command again.")
    what = f"The operating system refused: {error.strerror or error}."
    where = f"At {error.filename}." if error.filename else ""
    return "\n".join(part for part in (what, where, do, "What was published before still stands.") if part)


def _is_refusal_of_engine(error: Exception) -> bool:
    """Whether the engine met the end of disk or memory; the engine is not imported for the question."""
    engine = sys.modules.get("clockstop.store.engine")
    return engine is not None and isinstance(error, engine.REFUSALS)


def _is_refusal_of_database(error: Exception) -> bool:
    """Whether what people write could not be opened or kept: a full disk, a folder that may not be written."""
    database = sys.modules.get("django.db.utils")
    return database is not None and isinstance(error, database.OperationalError)


def _engine_refused(what: str, error: Exception) -> str:
    why = (str(error).splitlines() or [""])[0][:400]
    do = "Make room on the disk (or give more memory) and run the command again; `clockstop snapshots verify` finds damaged files."
    return "\n".join((what, why, do, "What was published before still stands."))
