"""What can be exported: a recording, or anything that a machine can run."""

from pathlib import Path

from memsim_gui import resources
from memsim_gui.engine import recording, sources
from memsim_gui.trace.store import Trace

RECORDING = ".memsim"


def trace_of(source: str) -> Trace:
    """Return the trace of a source, run to its end if it is no recording yet. InputError for anything else."""
    if source.lower().endswith(RECORDING):
        return recording.load(source)
    shipped = shipped_recording(source)
    if shipped.is_file():
        return recording.load(shipped)
    return run_source(source)


def run_source(source: str) -> Trace:
    """Return the trace of a scenario or script, just run. InputError if it is none."""
    run = sources.open_source(source)
    while not run.advance():
        pass
    return run.machine.trace


def shipped_recording(ident: str) -> Path:
    """Path at which the recording of a shipped scenario would be; few of them come with one."""
    return resources.path("recordings", f"{Path(ident).name.lower()}{RECORDING}")
