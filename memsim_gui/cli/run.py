"""`memsim-gui run`: a scenario or a script without a window."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memsim_gui.cli.codes import DONE, FAILED
from memsim_gui.cli.places import check_place
from memsim_gui.engine.errors import InputError

if TYPE_CHECKING:
    from memsim_gui.engine.scenario_run import ScenarioRun
    from memsim_gui.engine.script_run import ScriptRun
    from memsim_gui.trace.store import Trace

SECONDS_BETWEEN_PROGRESS = 0.5
SHOWN_COUNTERS = (
    "nr_free_pages", "nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file", "nr_unevictable",
    "nr_dirty", "swap_used", "pgfault", "pgmajfault", "pgsteal_kswapd", "pgsteal_direct", "pswpin", "pswpout",
    "oom_kill",
)  # fmt: skip


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
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


def run(arguments: argparse.Namespace) -> int:
    """Run a source to its end; exit code."""
    from memsim_gui.engine.machine_spec import parse_overrides
    from memsim_gui.engine.recording.recorder import Recorder
    from memsim_gui.engine.script_run import ScriptRun
    from memsim_gui.engine.sources import Options, open_source
    from memsim_gui.trace import kinds

    given: dict[str, object] = dict(parse_overrides(arguments.machine))
    for name in ("policy", "detail", "seed"):
        if getattr(arguments, name) is not None:
            given[name] = getattr(arguments, name)
    for out in (arguments.record, arguments.counters, arguments.pages, arguments.trace, arguments.proc):
        check_place(out)
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
