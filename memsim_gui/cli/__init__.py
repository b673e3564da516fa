"""The command line: a thin layer over engine, export, doctor and the window; one file a command.

Exit codes: 0 done; 1 the run failed; 2 bad usage or bad input, with one line on stderr; 130 interrupted.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from memsim_gui import __version__
from memsim_gui.cli import export, fidelity, info, run, small
from memsim_gui.cli.codes import BAD_INPUT, DONE, INTERRUPTED
from memsim_gui.engine.errors import InputError

PLANNED = {
    "import": "import TRACE --format lackey|ftrace|csv --record OUT.memsim",
    "worksheet": "worksheet ID [--seed N] [--answers] OUT.pdf|OUT.html",
}


class _Parser(argparse.ArgumentParser):
    """An argument parser that reports bad usage as the rest of the program does: in one line."""

    def error(self, message: str) -> NoReturn:
        raise InputError(self.prog.removeprefix("memsim-gui").strip(), message, f"see {self.prog} --help")


def main(argv: list[str] | None = None) -> int:
    """Run a command line (sys.argv without it) and return the exit code."""
    try:
        _choose_platform()
        arguments = _parser().parse_args(argv)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except InputError as error:
        print(f"memsim-gui: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("memsim-gui: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough; what is still buffered must not fail a second time at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return code


def _choose_platform() -> None:
    """Without a display Qt draws off screen."""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _parser() -> _Parser:
    parser = _Parser(prog="memsim-gui", description="Watch Linux manage memory.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(run=small.window, source=None)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)

    def add(name: str, act: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        found = commands.add_parser(
            name,
            help=summary,
            description=summary,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        found.set_defaults(run=act)
        return found

    opened = add("open", small.window, "open a scenario, a script, a recording or a trace in the window")
    opened.add_argument("source", metavar="FILE|ID[@step=N]")
    add("scenarios", small.scenarios, "list the scenarios that ship")
    run.add(add("run", run.run, "run a scenario or a script without a window"))
    export.add(add("export", export.run, "export a scenario, a script or a recording to video, pictures or data"))
    check = add("scenario", small.scenario_check, "check a scenario file")
    check.add_argument("action", choices=["check"])
    check.add_argument("file", metavar="FILE", type=Path)
    info.add(add("info", info.run, "say what is in a recording"))
    fidelity.add(add("fidelity", fidelity.run, "compare with recordings of a real kernel"))
    bench = add("bench", small.bench, "measure the program on this computer")
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.add_argument("--json", action="store_true", help="print one JSON document")
    doctor = add("doctor", small.doctor, "say what is there and what to install")
    doctor.add_argument("--json", action="store_true", help="print one JSON document")
    shown = add("help", small.help_page, "show a help page, or the names of all")
    shown.add_argument("page", metavar="PAGE", nargs="?")
    built = list(commands.choices)
    for name, usage in PLANNED.items():
        planned = add(name, small.planned, f"{usage} (not built yet)")
        planned.add_argument("rest", nargs=argparse.REMAINDER)
        planned.set_defaults(name=name, built=built)
    return parser
