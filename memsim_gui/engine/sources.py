"""Sources: what a person can name to be run - a shipped scenario's id, a .toml scenario, a .wl script."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from memsim_gui.engine import machine_spec, scenario, script
from memsim_gui.engine.errors import InputError, not_built, quoted, unknown
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.machine_spec import MachineSpec
from memsim_gui.engine.recorded_machine import from_recording
from memsim_gui.engine.scenario import Scenario
from memsim_gui.engine.scenario_run import ScenarioRun
from memsim_gui.engine.script import POLICY_LRU_GEN, Script
from memsim_gui.engine.script_run import ScriptRun
from memsim_gui.trace import kinds

ACCEPTED = "the id of a shipped scenario, a .toml scenario, a .wl script"


@dataclass(frozen=True)
class Options:
    """What the command line may say about the machine; `overrides` holds --machine, --policy, --detail and --seed."""

    overrides: Mapping[str, object] = field(default_factory=dict)
    machine_from: Path | None = None
    level: int = kinds.LEVEL_FULL


def find(source: str) -> Path:
    """Return the file that a source names. Raises InputError."""
    shipped = scenario.shipped()
    if source.upper() in shipped:
        return shipped[source.upper()]
    path = Path(source)
    if path.suffix not in (".toml", ".wl"):
        if path.suffix or "/" in source:
            raise InputError(source, "is none of the kinds that run", ACCEPTED)
        raise unknown("source", "scenario", source, shipped)
    if not path.is_file():
        raise InputError(source, "is not there" if not path.exists() else "is no file", ACCEPTED)
    return path


def open_source(source: str, options: Options | None = None) -> ScenarioRun | ScriptRun:
    """Read a source and switch its machine on; nothing has run yet. Raises InputError."""
    chosen = options or Options()
    path = find(source)
    if path.suffix == ".wl":
        return script_run(script.load(path), chosen, path.stem)
    if chosen.machine_from:
        raise InputError("--machine-from", f"{quoted(source)} describes its own machine", "a .wl script beside it")
    return ScenarioRun(scenario.load(path, chosen.overrides), chosen.level)


def bare(options: Options, title: str) -> ScenarioRun:
    """Switch on a machine that the overrides describe, with no story to run on it. Raises InputError."""
    spec = machine_spec.build(options.overrides)
    return ScenarioRun(Scenario("machine", "", title, "", spec, (), ()), options.level)


def script_run(parsed: Script, options: Options, title: str) -> ScriptRun:
    """Switch on the machine of a script; nothing has run yet. Raises InputError."""
    return ScriptRun(parsed, Machine(_script_machine(parsed, options), options.level, title))


def _script_machine(parsed: Script, options: Options) -> MachineSpec:
    """The machine of a recording or of the options; a script's own swap size counts where neither says anything."""
    if parsed.policy == POLICY_LRU_GEN:
        raise not_built(parsed.where, "policy 7 (multi-gen LRU)", "policy 0")
    if options.machine_from:
        return machine_spec.override(from_recording(options.machine_from), options.overrides)
    swap = {} if parsed.swap_pages is None else {"swap": parsed.swap_pages}
    return machine_spec.build({**swap, **options.overrides}, "--machine")
