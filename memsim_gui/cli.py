"""The command line: a thin layer over engine, export, doctor and the window.

Exit codes: 0 done; 1 the run failed; 2 bad usage or bad input, with one line on stderr; 130 interrupted.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from memsim_gui import __version__
from memsim_gui.engine.errors import InputError, not_built, unknown

if TYPE_CHECKING:
    from memsim_gui.engine.scenario_run import ScenarioRun
    from memsim_gui.engine.script_run import ScriptRun
    from memsim_gui.trace.store import Trace

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
SECONDS_BETWEEN_PROGRESS = 0.5
SHOWN_COUNTERS = (
    "nr_free_pages", "nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file", "nr_unevictable",
    "nr_dirty", "swap_used", "pgfault", "pgmajfault", "pgsteal_kswapd", "pgsteal_direct", "pswpin", "pswpout",
    "oom_kill",
)  # fmt: skip
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
    parser.set_defaults(run=_open, source=None)
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)

    def add(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        found = commands.add_parser(
            name,
            help=summary,
            description=summary,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        found.set_defaults(run=run)
        return found

    opened = add("open", _open, "open a scenario, a script, a recording or a trace in the window")
    opened.add_argument("source", metavar="FILE|ID[@step=N]")
    add("scenarios", _scenarios, "list the scenarios that ship")
    _add_run(add("run", _run, "run a scenario or a script without a window"))
    _add_export(add("export", _export, "export a scenario, a script or a recording to video, pictures or data"))
    check = add("scenario", _scenario_check, "check a scenario file")
    check.add_argument("action", choices=["check"])
    check.add_argument("file", metavar="FILE", type=Path)
    info = add("info", _info, "say what is in a recording")
    info.add_argument("file", metavar="FILE.memsim", type=Path)
    info.add_argument("--verify", action="store_true", help="also replay it from end to end")
    _add_fidelity(add("fidelity", _fidelity, "compare with recordings of a real kernel"))
    bench = add("bench", _bench, "measure the program on this computer")
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.add_argument("--json", action="store_true", help="print one JSON document")
    doctor = add("doctor", _doctor, "say what is there and what to install")
    doctor.add_argument("--json", action="store_true", help="print one JSON document")
    shown = add("help", _help, "show a help page, or the names of all")
    shown.add_argument("page", metavar="PAGE", nargs="?")
    for name, usage in PLANNED.items():
        planned = add(name, _planned, f"{usage} (not built yet)")
        planned.add_argument("rest", nargs=argparse.REMAINDER)
        planned.set_defaults(name=name)
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a shipped scenario's id, a .toml scenario or a .wl script")
    parser.add_argument("--machine", metavar="K=V", action="append", default=[], help="change one key of the machine")
    parser.add_argument("--policy", help="two-list, lesson or single-list")
    parser.add_argument("--detail", help="classroom or kernel")
    parser.add_argument("--seed", help="seed of the scenario's random numbers")
    parser.add_argument("--machine-from", metavar="RECORDING.json", type=Path, help="the machine of a real recording")
    for name, what in (
        ("record", "OUT.memsim: the trace as a recording"),
        ("counters", "OUT.csv: a row of counters a sample"),
        ("pages", "OUT.csv: the page flags that a script asks for"),
        ("trace", "OUT.txt: the trace as text"),
        ("proc", "OUT: at the end, a folder with /proc/meminfo, vmstat, zoneinfo, PID/status and the like"),
    ):
        parser.add_argument(f"--{name}", metavar=what.split(":")[0], type=Path, help=what.split(": ")[1])
    parser.add_argument("--expect", metavar="TRACE.txt", type=Path, help="compare with a trace saved by --trace")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE")
    parser.add_argument("out", metavar="OUT", type=Path, help="its ending chooses the format")
    parser.add_argument("--size", default="1920x1080", metavar="WxH")
    parser.add_argument("--fps", metavar="N", help="frames a second: 60, and 25 for .gif")
    parser.add_argument("--theme", default="light")
    parser.add_argument("--from", dest="start", metavar="STEP", help="first step")
    parser.add_argument("--to", dest="stop", metavar="STEP", help="last step")
    parser.add_argument("--captions", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _add_fidelity(parser: argparse.ArgumentParser) -> None:
    from memsim_gui.fidelity import FORMAT

    parser.epilog = FORMAT
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder of recordings")
    parser.add_argument("--only", metavar="W", action="append", default=[], help="compare this workload; may repeat")
    parser.add_argument(
        "--picture", metavar="OUT", type=Path,
        help="OUT.png or .svg: the curves of one workload, the verdicts of several; OUT.pngs: a folder of all",
    )  # fmt: skip
    parser.add_argument("--theme", default="light", help="of the picture")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def _open(arguments: argparse.Namespace) -> int:
    _built("memsim_gui.app", "the window")
    from memsim_gui import app

    return int(app.main(arguments.source) or DONE)


def _planned(arguments: argparse.Namespace) -> int:
    raise not_built("", arguments.name, "run, export, open, scenarios, scenario check, info, bench, doctor")


def _built(module: str, what: str) -> None:
    """Raise InputError if a part of the program is not there."""
    if find_spec(module) is None:
        raise not_built("", what, "run, scenarios, scenario check, doctor")


def _scenarios(_arguments: argparse.Namespace) -> int:
    from memsim_gui.engine import scenario

    for ident, path in scenario.shipped().items():
        print(f"{ident}\t{scenario.load(path).title}")
    return DONE


def _scenario_check(arguments: argparse.Namespace) -> int:
    from memsim_gui.engine import scenario

    found = scenario.load(arguments.file)
    print(f"{arguments.file}: {found.title}, {len(found.steps)} steps: all well")
    return DONE


def _info(arguments: argparse.Namespace) -> int:
    from memsim_gui.engine import recording
    from memsim_gui.trace.view_state import sizes_of

    trace = recording.load(arguments.file)
    sizes, meta = sizes_of(trace.view_at(0)), trace.meta
    print(f"{meta.title}: {meta.footer}")
    print(f"{sizes.frames} page frames on {sizes.nodes} node(s), {sizes.slots} swap slots, seed {meta.seed}")
    print(f"{len(trace)} events, {len(trace.keyframes())} keyframes")
    print(f"{len(trace.labels.commands)} commands, {len(trace.labels.steps)} steps")
    for number, title in enumerate(trace.labels.step_titles, 1):
        print(f"{number:4} {title}")
    if not arguments.verify:
        return DONE
    wrong = _wrong_keyframes(trace)
    print(f"keyframes differ from the events before them at {wrong}" if wrong else "verified from end to end")
    return FAILED if wrong else DONE


def _wrong_keyframes(trace: "Trace") -> list[int]:
    """Return the positions of keyframes that differ from what the events alone lead to."""
    from memsim_gui.trace.view_state import differences

    view, at, wrong = trace.view_at(0), 0, []
    for position, keyframe in [*trace.keyframes(), (len(trace), trace.view_at(len(trace)))]:
        view, at = trace.forward(view, at, position), position
        if differences(view, keyframe):
            wrong.append(position)
    return wrong


def _help(arguments: argparse.Namespace) -> int:
    from memsim_gui import resources

    pages = {path.stem: path for path in sorted(resources.path("help").glob("*.md"))}
    if arguments.page and arguments.page not in pages:
        raise unknown("help", "page", arguments.page, pages)
    print(pages[arguments.page].read_text(encoding="utf-8") if arguments.page else "\n".join(pages))
    return DONE


def _doctor(arguments: argparse.Namespace) -> int:
    from memsim_gui import doctor

    checks = doctor.report()
    if arguments.json:
        print(
            json.dumps([{"name": c.name, "ok": c.ok, "found": c.found, "advice": c.advice} for c in checks], indent=2)
        )
    else:
        for check in checks:
            print(
                f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.found}"
                + f" - {check.advice}" * bool(check.advice)
            )
    return DONE if all(check.ok for check in checks) else FAILED


def _bench(arguments: argparse.Namespace) -> int:
    _built("memsim_gui.bench", "bench")
    from memsim_gui import bench

    bench.run(arguments.names, as_json=arguments.json)
    return DONE


def _export(arguments: argparse.Namespace) -> int:
    _built("memsim_gui.export.run", "export")
    from memsim_gui.engine.machine_spec import whole
    from memsim_gui.export.progress import ProgressText
    from memsim_gui.export.run import export_source

    width, cross, height = arguments.size.partition("x")
    if not cross:
        raise InputError("--size", repr(arguments.size), "WIDTHxHEIGHT, such as 1920x1080")
    step = {name: getattr(arguments, name) for name in ("start", "stop")}
    steps = {name: whole(text, 1, 10**6, f"--{name}") if text else None for name, text in step.items()}
    progress = nullcontext(None) if arguments.quiet else ProgressText(sys.stderr, arguments.out.name)
    with progress as tell:
        export_source(
            arguments.source,
            arguments.out,
            size=(whole(width, 1, 1 << 14, "--size"), whole(height, 1, 1 << 14, "--size")),
            fps=whole(arguments.fps, 1, 1000, "--fps") if arguments.fps else None,
            theme=arguments.theme,
            start_step=steps["start"],
            stop_step=steps["stop"],
            captions=arguments.captions,
            on_progress=tell,
        )
    return DONE


def _fidelity(arguments: argparse.Namespace) -> int:
    from memsim_gui.export import comparisons
    from memsim_gui.fidelity import report
    from memsim_gui.fidelity.compare import Comparison, NotCompared, Result, compare_folder

    def tell(done: int, of: int, result: Result) -> None:
        if isinstance(result, NotCompared):
            print(f"memsim-gui: {result.reason}", file=sys.stderr)
        elif not arguments.quiet:
            print(f"{done}/{of} {result.name}: {report.verdict(result.tally)}", file=sys.stderr, flush=True)

    theme = comparisons.theme_for(arguments.picture, arguments.theme) if arguments.picture else None
    _check_place(arguments.picture)
    results = compare_folder(arguments.folder, arguments.only, tell)
    compared = [result for result in results if isinstance(result, Comparison)]
    if theme and compared:
        comparisons.write(compared, arguments.picture, theme)
    print(json.dumps(report.document(results)) if arguments.json else "\n".join(report.text(results)))
    bad = any(isinstance(result, NotCompared) and result.bad_input for result in results)
    return BAD_INPUT if bad or not compared else DONE


class _Progress:
    """Progress on stderr: a line that is written over on a terminal, nothing otherwise."""

    def __init__(self, unit: str, *, quiet: bool) -> None:
        self._unit = unit
        self._silent = quiet or not sys.stderr.isatty()
        self._shown = 0.0

    def __enter__(self) -> Callable[[int, int], None]:
        return self.tell

    def tell(self, done: int, total: int) -> None:
        """Show how much is done; `total` 0 = unknown."""
        now = time.monotonic()
        if not self._silent and now - self._shown >= SECONDS_BETWEEN_PROGRESS:
            self._shown = now
            print(f"\r{self._unit} {done}" + (f" of {total}" if total else "") + "\033[K", end="", file=sys.stderr)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr)


def _run(arguments: argparse.Namespace) -> int:
    from memsim_gui.engine.machine_spec import parse_overrides
    from memsim_gui.engine.recorder import Recorder
    from memsim_gui.engine.script_run import ScriptRun
    from memsim_gui.engine.sources import Options, open_source
    from memsim_gui.trace import kinds

    given: dict[str, object] = dict(parse_overrides(arguments.machine))
    for name in ("policy", "detail", "seed"):
        if getattr(arguments, name) is not None:
            given[name] = getattr(arguments, name)
    for out in (arguments.record, arguments.counters, arguments.pages, arguments.trace, arguments.proc):
        _check_place(out)
    full = arguments.record or arguments.trace or arguments.expect
    level = kinds.LEVEL_FULL if full else kinds.LEVEL_COUNTERS
    run = open_source(arguments.source, Options(given, arguments.machine_from, level))
    if arguments.pages and not isinstance(run, ScriptRun):
        raise InputError("--pages", "a scenario asks for no page flags", "a .wl script")
    recorder = Recorder(run.machine.trace, arguments.record) if arguments.record else nullcontext()
    with recorder, _Progress("page", quiet=arguments.quiet) as tell:
        while not run.advance():
            tell(run.machine.op, 0)
            if isinstance(recorder, Recorder):
                recorder.take()
    _write_files(arguments, run)
    document = _document(arguments.source, run)
    difference = _difference(arguments.expect, run.machine.trace)
    if arguments.json:
        print(json.dumps({**document, "difference": difference}))
    elif not arguments.quiet:
        _print_summary(document)
    if difference:
        print(difference, file=sys.stderr)
    return DONE if document["ok"] and not difference else FAILED


def _check_place(path: Path | None) -> None:
    """Raise InputError for a file whose folder is missing, before a long run and not after it."""
    if path is not None and not path.parent.is_dir():
        raise InputError(str(path), "its folder does not exist", "a file in a folder that exists")


def _write_files(arguments: argparse.Namespace, run: "ScenarioRun | ScriptRun") -> None:
    from memsim_gui.engine import text_trace
    from memsim_gui.engine.script_run import ScriptRun
    from memsim_gui.engine.whole_file import whole_file
    from memsim_gui.procfs import files as proc_files
    from memsim_gui.procfs import snapshot

    if arguments.counters:
        run.table.write(arguments.counters)
    if arguments.pages and isinstance(run, ScriptRun):
        run.notes.pages.write(arguments.pages)
    if arguments.trace:
        with whole_file(arguments.trace) as unfinished, unfinished.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in text_trace.lines(run.machine.trace))
    if arguments.proc:
        proc_files.write(snapshot.of_machine(run.machine), arguments.proc)


def _difference(path: Path | None, trace: "Trace") -> str:
    """Return the first difference to a saved text trace in one line; empty if there is none."""
    from memsim_gui.engine import text_trace

    if path is None:
        return ""
    try:
        with path.open(encoding="utf-8") as file:
            expected: Iterator[str] = (line.rstrip("\n") for line in file)
            found = text_trace.first_difference(text_trace.lines(trace), expected)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(str(path), f"cannot be read: {reason}", "a trace saved by --trace") from None
    if found is None:
        return ""
    line, left, right = found
    return f"{path}:{line}: expected {right or 'the end'!r}, found {left or 'the end'!r}"


def _document(source: str, run: "ScenarioRun | ScriptRun") -> dict[str, Any]:
    """Return what a run came to, as one JSON document."""
    from memsim_gui.engine.script_run import ScriptRun

    machine = run.machine
    document: dict[str, Any] = {
        "source": source,
        "machine": machine.trace.meta.footer,
        "managed_pages": machine.spec.managed,
        "ok": True,
        "ops": machine.op,
        "simulated_ns": machine.now_ns,
        "samples": len(run.table),
        "counters": machine.counters(),
    }
    if isinstance(run, ScriptRun):
        notes = run.notes
        found = {"remarks": notes.remarks, "lines": notes.lines, "resident": notes.resident}
        return {**document, **found, "histograms": notes.histograms}
    steps = [{"title": step.title, "failures": step.failures, "changed": step.changed} for step in run.results]
    return {**document, "ok": not any(step["failures"] for step in steps), "steps": steps}


def _print_summary(document: dict[str, Any]) -> None:
    for remark in document.get("remarks", []):
        print(remark, file=sys.stderr)
    for line in document.get("lines", []):
        print(line)
    for number, step in enumerate(document.get("steps", []), 1):
        print(f"{'FAIL' if step['failures'] else 'ok  '} {number} {step['title']}")
        for failure in step["failures"]:
            print(f"       {failure}")
    print(f"{document['machine']}: {document['ops']} pages touched, {document['simulated_ns'] / 1e9:.6f} s simulated")
    for name in SHOWN_COUNTERS:
        print(f"{name:20} {document['counters'][name]}")
