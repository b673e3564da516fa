"""Scenarios: a machine and a story in steps, read from TOML.

The published form of the format is resources/scenarios/schema.json; this file checks the same and more, and names the
place of each fault. `format = 1`; unknown keys are errors.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from memsim_gui import resources
from memsim_gui.engine import commands as c
from memsim_gui.engine import expectations, fields, machine_spec
from memsim_gui.engine.command import Command
from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.engine.expectations import Expectation
from memsim_gui.engine.machine_spec import MachineSpec

FORMAT = 1
MOST_STEPS = 1000
MOST_COMMANDS = 1000
MOST_MINUTES = 600
MOST_REPEATS = 10_000
KEYS = (
    "format", "id", "title", "summary", "notes", "minutes", "next", "machine", "processes", "files", "steps",
)  # fmt: skip
STEP_KEYS = ("title", "caption", "notes", "minutes", "commands", "repeat", "until", "expect", "camera")
CAMERA_KEYS = ("show", "pfn", "region", "file")
PANELS = ("stage", "page-cache", "address-space", "swap-map", "physical-map", "timeline", "proc", "inspector")


@dataclass(frozen=True)
class Camera:
    """A hint for lectures: which panel to look at, what to select."""

    show: str = "stage"
    pfn: int = -1
    region: str = ""
    file: str = ""


@dataclass(frozen=True)
class Step:
    """One step: what is said, what is done, what must be true after it.

    The commands run `repeat` times, or until the counters of `until` hold (checked after each time).
    """

    title: str
    caption: str
    commands: tuple[Command, ...]
    notes: str = ""
    minutes: float = 0.0  # planned; 0 = not said
    repeat: int = 1
    until: Expectation | None = None
    expect: Expectation = field(default_factory=Expectation)
    camera: Camera = field(default_factory=Camera)


@dataclass(frozen=True)
class Scenario:
    """A scenario. `setup` opens its processes and files before the first step; `following` is the next one's id."""

    where: str
    ident: str
    title: str
    summary: str
    machine: MachineSpec
    setup: tuple[Command, ...]
    steps: tuple[Step, ...]
    notes: str = ""
    minutes: float = 0.0
    following: str = ""


def shipped() -> dict[str, Path]:
    """Return the scenarios that come with the program by id in upper case, in reading order."""
    paths = resources.path("scenarios").glob("*.toml")
    return {path.stem.upper(): path for path in sorted(paths, key=lambda path: _natural(path.stem))}


def _natural(name: str) -> tuple[int, str]:
    """Sort s2 before s10."""
    digits = "".join(ch for ch in name.partition("-")[0] if ch.isdigit())
    return int(digits or 0), name


def load(path: Path, overrides: Mapping[str, object] | None = None) -> Scenario:
    """Read and check a scenario; `overrides` replace keys of its machine. Raises InputError naming file and field."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(str(path), f"cannot be read: {reason}", "a .toml scenario") from None
    return parse(text, str(path), overrides)


def parse(text: str, where: str = "scenario", overrides: Mapping[str, object] | None = None) -> Scenario:
    """Parse and check a scenario's text. Raises InputError."""
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(where, f"is no TOML: {error}", "a scenario in TOML") from None
    if table.get("format") != FORMAT:
        found = quoted(table["format"]) if "format" in table else "it is missing"
        raise InputError(f"{where}: format", found, str(FORMAT))
    _known(table, KEYS, where)
    machine = _table(table, "machine", where)
    described = {**machine, **_same_spelling(machine, overrides or {})}
    setup, steps = _setup(table, where), _steps(table.get("steps"), where)
    return Scenario(
        where=where,
        ident=_text(table, "id", where),
        title=_text(table, "title", where),
        summary=_text(table, "summary", where),
        machine=machine_spec.build(described, f"{where}: machine"),
        setup=setup,
        steps=steps,
        notes=_text(table, "notes", where, needed=False),
        minutes=_minutes(table, steps, where),
        following=_text(table, "next", where, needed=False),
    )


def _minutes(table: Mapping[str, Any], steps: tuple[Step, ...], where: str) -> float:
    """Read the minutes planned for all steps together."""
    minutes: float = fields.number(0, MOST_MINUTES)(table.get("minutes", 0), f"{where}: minutes")
    own = sum(step.minutes for step in steps)
    if 0 < minutes < own:
        raise InputError(f"{where}: minutes", f"{minutes:g}", f"at least the {own:g} of its steps")
    return minutes


def _same_spelling(machine: Mapping[str, object], overrides: Mapping[str, object]) -> dict[str, object]:
    """Return overrides under the spelling that the file uses, so that each replaces its key."""
    spelling = {key.replace("-", "_"): key for key in machine}
    return {spelling.get(key.replace("-", "_"), key): value for key, value in overrides.items()}


def _setup(table: Mapping[str, Any], where: str) -> tuple[Command, ...]:
    """Processes and files are commands whose `op` goes without saying."""
    out = []
    for key, op in (("processes", "process"), ("files", "open")):
        for i, row in enumerate(_list(table.get(key, []), f"{where}: {key}")):
            place = f"{where}: {key}[{i}]"
            if not isinstance(row, Mapping):
                raise InputError(place, quoted(row), "a table")
            out.append(c.from_dict({**_renamed(row, op), "op": op}, place))
    return tuple(out)


def _renamed(row: Mapping[str, Any], op: str) -> dict[str, Any]:
    """Let a file's name be called `name`, as a process's."""
    return {"file" if key == "name" and op == "open" else key: value for key, value in row.items()}


def _steps(value: object, where: str) -> tuple[Step, ...]:
    rows = _list(value, f"{where}: steps")
    if not 0 < len(rows) <= MOST_STEPS:
        raise InputError(f"{where}: steps", f"{len(rows)} steps", f"1 to {MOST_STEPS}")
    return tuple(_step(row, f"{where}: steps[{i}]") for i, row in enumerate(rows))


def _step(row: object, where: str) -> Step:
    if not isinstance(row, Mapping):
        raise InputError(where, quoted(row), f"a table with {', '.join(STEP_KEYS)}")
    _known(row, STEP_KEYS, where)
    found = _list(row.get("commands", []), f"{where}.commands")
    if len(found) > MOST_COMMANDS:
        raise InputError(f"{where}.commands", f"{len(found)} commands", f"at most {MOST_COMMANDS}")
    return Step(
        title=_text(row, "title", where),
        caption=_text(row, "caption", where),
        commands=tuple(c.from_dict(command, f"{where}.commands[{i}]") for i, command in enumerate(found)),
        notes=_text(row, "notes", where, needed=False),
        minutes=fields.number(0, MOST_MINUTES)(row.get("minutes", 0), f"{where}.minutes"),
        repeat=fields.integer(1, MOST_REPEATS)(row.get("repeat", 1), f"{where}.repeat"),
        until=expectations.parse({"counters": row["until"]}, f"{where}.until") if "until" in row else None,
        expect=expectations.parse(row.get("expect", {}), f"{where}.expect"),
        camera=_camera(row.get("camera", {}), f"{where}.camera"),
    )


def _camera(row: object, where: str) -> Camera:
    if not isinstance(row, Mapping):
        raise InputError(where, quoted(row), f"a table with {', '.join(CAMERA_KEYS)}")
    _known(row, CAMERA_KEYS, where)
    readers: dict[str, Callable[[object, str], Any]] = {
        "show": fields.choice(PANELS),
        "pfn": fields.integer(0),
        "region": fields.name,
        "file": fields.name,
    }
    return Camera(**{key: readers[key](value, f"{where}.{key}") for key, value in row.items()})


def _known(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            raise unknown(where, "key", str(key), keys)


def _table(table: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, Mapping):
        raise InputError(f"{where}: {key}", quoted(found), "a table")
    return found


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise InputError(where, quoted(value), "a list of tables")
    return value


def _text(table: Mapping[str, Any], key: str, where: str, *, needed: bool = True) -> str:
    found = table.get(key, None if needed else "")
    if not isinstance(found, str) or (needed and not found.strip()):
        raise InputError(f"{where}: {key}", quoted(found), "a text")
    return " ".join(found.split()) if key != "notes" else found.strip()
