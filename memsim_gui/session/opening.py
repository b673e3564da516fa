"""What a person can open: a shipped scenario's id, a scenario file, a script or a recording, each perhaps at a step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from memsim_gui import resources
from memsim_gui.engine import machine_spec, recording, scenario, script, sources
from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.engine.machine_spec import MachineSpec
from memsim_gui.scene.timeline.course import Course
from memsim_gui.session.jobs import Story, Talk
from memsim_gui.session.planning import minutes_each
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace

RECORDING = ".memsim"
STEP_MARK = "@step="
YOUR_MACHINE = "Your machine"
MOST_FULL_FRAMES = 1 << 18  # larger machines tell flows, not single pages


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened: a story to run, a recording to play, or a story with its recording; `step` counts from 1.

    `course` is that of a recording that was read beside the window, so that the window need not work it out.
    """

    story: Story | None
    recorded: Trace | None
    step: int = 1
    course: Course | None = None


def is_recording(text: str) -> bool:
    """Whether a text names a recording, which may take long to read."""
    return text.partition(STEP_MARK)[0].lower().endswith(RECORDING)


def check_text(text: str) -> None:
    """Raise InputError for a recording that is none, quickly; whether it is whole is found out when it is read."""
    recording.check(_split(text)[0])


def open_recording(text: str, progress: recording.Progress) -> Opened:
    """Open the recording that a text names, as in "run.memsim@step=3". Raises InputError in one line."""
    source, step = _split(text)
    return with_course(_at_step(Opened(None, recording.load(source, progress), step), text))


def with_course(opened: Opened) -> Opened:
    """Work out the course of the recording opened: of a large one, this is no work for the window's thread."""
    return replace(opened, course=Course(opened.recorded)) if opened.recorded else opened


def open_text(text: str, overrides: Mapping[str, object] | None = None) -> Opened:
    """Open what a text names, as in "S1@step=3". Raises InputError in one line."""
    source, step = _split(text)
    if is_recording(text):
        return _at_step(Opened(None, recording.load(source), step), text)
    path = sources.find(source)
    if path.suffix == ".wl":
        script.load(path)
        return Opened(Story(source, path.stem, overrides or {}), None)
    loaded = scenario.load(path, overrides)
    if step > len(loaded.steps):
        raise InputError(text, f"step {step}", f"1 to {len(loaded.steps)}")
    level = _level(loaded.machine)
    cameras = tuple(one.camera for one in loaded.steps)
    talk = Talk(tuple(one.notes for one in loaded.steps), loaded.notes, minutes_each(loaded))
    return Opened(Story(source, loaded.title, overrides or {}, level, cameras, talk), None, step)


def open_machine(table: Mapping[str, object]) -> Opened:
    """Open a machine without a story, described by the keys of a scenario's machine. Raises InputError."""
    spec = machine_spec.build(table)
    return Opened(Story("", YOUR_MACHINE, dict(table), _level(spec)), None)


def _level(machine: MachineSpec) -> int:
    return kinds.LEVEL_FULL if machine.managed <= MOST_FULL_FRAMES else kinds.LEVEL_FLOW


def shipped_recording(story: Story) -> Trace | None:
    """Return the recording that ships with a scenario, for the time in which nothing is compiled; None without one."""
    if not story.source:
        return None
    path = resources.path("recordings", f"{Path(story.source).stem.lower()}{RECORDING}")
    try:
        return recording.load(path) if path.is_file() else None
    except InputError:
        return None


def _split(text: str) -> tuple[str, int]:
    source, mark, step = text.partition(STEP_MARK)
    if not mark:
        return source, 1
    if not step.isdecimal() or int(step) < 1:
        raise InputError(text, f"step {quoted(step)}", "a step's number, from 1")
    return source, int(step)


def _at_step(opened: Opened, text: str) -> Opened:
    steps = len(opened.recorded.positions_of(kinds.STEP)) if opened.recorded else 0
    if opened.step > max(1, steps):
        raise InputError(text, f"step {opened.step}", f"1 to {max(1, steps)}")
    return opened
