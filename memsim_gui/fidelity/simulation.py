"""The simulated side of a comparison: a recording's script on a recording's machine."""

import numpy as np

from memsim_gui.engine.script_run import ScriptRun
from memsim_gui.engine.sources import Options, script_run
from memsim_gui.fidelity.recordings import Recording, Samples
from memsim_gui.trace import kinds


def simulate(recording: Recording) -> ScriptRun:
    """Run a recording's script to its end, as `run SCRIPT --machine-from RECORDING.json` does. Raises InputError."""
    options = Options(machine_from=recording.path, level=kinds.LEVEL_COUNTERS)
    run = script_run(recording.script, options, recording.path.stem)
    run.finish()
    return run


def samples_of(run: ScriptRun, wanted: tuple[str, ...]) -> Samples:
    """Return the samples of a finished run, of its counters those that are wanted, as far as there are any."""
    columns = run.table.columns()
    ints = {name: np.array(columns[name], np.int64) for name in ("line", "op")}
    known = [name for name in wanted if name in columns]
    return Samples(ints["line"], ints["op"], {name: np.array(columns[name], np.float64) for name in known})
