"""What crosses between the window's thread and the worker's: jobs one way, batches and reports the other."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from memsim_gui.engine.commands import Command
from memsim_gui.engine.scenario import Camera
from memsim_gui.scene.timeline.course import Course
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Cursor, Events, Labels, Memory, Trace
from memsim_gui.trace.view_state import ViewState

NO_CHECKPOINTS = Memory(0, 0)


@dataclass(frozen=True, slots=True)
class Talk:
    """What a speaker wants to know: notes by step, notes on the whole scenario, minutes by step (none = no plan)."""

    notes: tuple[str, ...] = ()
    about: str = ""
    minutes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario or script to be run. `source` names it as on the command line; `overrides` are keys of its machine.

    Without a source there is no story: the overrides describe a machine for the person's own commands.
    """

    source: str
    title: str
    overrides: Mapping[str, object] = field(default_factory=dict)
    level: int = kinds.LEVEL_FULL
    cameras: tuple[Camera, ...] = ()  # where to look, by step
    talk: Talk = field(default_factory=Talk)


class Job:
    """Something the worker is asked to do."""


@dataclass(frozen=True, slots=True)
class Forget(Job):
    """Let go of the machine: another story is shown."""


@dataclass(frozen=True, slots=True)
class Build(Job):
    """Build the story's machine and run its first `steps` steps before anything is shown."""

    story: Story
    steps: int = 0


@dataclass(frozen=True, slots=True)
class RunSteps(Job):
    """Run the next `count` steps of the story, or as many as are left."""

    count: int = 1


@dataclass(frozen=True, slots=True)
class Apply(Job):
    """Carry out the commands that a person asks for at once; they are taken back at once too."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Undo(Job):
    """Take back what was asked for last."""


@dataclass(frozen=True, slots=True)
class Redo(Job):
    """Carry out again what was taken back."""


@dataclass(frozen=True, slots=True)
class Resume(Job):
    """Build a recording's machine again, let it do again what was recorded up to a position, and then commands."""

    recorded: Trace
    position: int
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class GoBack(Job):
    """Take back all that begins at or after a position."""

    position: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A new machine's trace: what it comes to, and its state at the end. Of a large one this takes long to find out."""

    course: Course
    end: Cursor


@dataclass(frozen=True, slots=True)
class Batch:
    """Growth of a trace: cut it to `length` first, then append. `labels` replace those known."""

    length: int
    events: Events
    keyframes: tuple[tuple[int, ViewState], ...]
    labels: Labels
    levels: tuple[tuple[int, int], ...]  # of the whole trace


@dataclass(frozen=True, slots=True)
class Report:
    """How the machine stands after a job."""

    undo: str = ""  # what undo would take back, empty = nothing
    redo: bool = False
    steps_left: int = 0
    tunables: Mapping[str, int] = field(default_factory=dict)
    checkpoints: Memory = NO_CHECKPOINTS


def extend(trace: Trace, batch: Batch) -> None:
    """Bring a copy of the worker's trace up to date, after it has been cut to the batch's length."""
    trace.labels = batch.labels
    start = done = len(trace)
    views, levels = dict(batch.keyframes), {at: level for at, level in batch.levels if at >= start}
    for position in sorted({*views, *levels}):
        trace.append(batch.events[done - start : position - start])
        if position in levels:
            trace.change_level(levels[position])
        if position in views:
            trace.add_keyframe(views[position])
        done = position
    trace.append(batch.events[done - start :])


def pieces(batch: Batch, most: int) -> Iterator[Batch]:
    """Batches of at most `most` events that together do what this one does."""
    views, start = batch.keyframes, batch.length
    for first in range(0, max(1, len(batch.events)), most):
        events = batch.events[first : first + most]
        begin, end = start + first, start + first + len(events)
        fresh = tuple((at, view) for at, view in views if begin < at <= end)
        known = tuple((at, level) for at, level in batch.levels if at <= end)
        yield replace(batch, length=begin, events=events, keyframes=fresh, levels=known)


def snapshot(trace: Trace) -> Trace:
    """Return a trace that stays as this one is now; events and keyframes are shared, not copied."""
    (_, start), *keyframes = trace.keyframes()
    labels = copy.deepcopy(trace.labels)
    copied = Trace(start, trace.meta, labels)
    extend(copied, Batch(0, trace.events(0, len(trace)), tuple(keyframes), labels, trace.levels))
    return copied
