"""Telling: a machine with its history and what is left of its story."""

from dataclasses import replace
from typing import Protocol

from memsim_gui.engine import machine_spec, sources, tunables
from memsim_gui.engine.commands import Command
from memsim_gui.engine.history import History
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.resume import Resumption
from memsim_gui.engine.scenario import Step
from memsim_gui.engine.scenario_run import ScenarioRun
from memsim_gui.engine.script_run import ScriptRun
from memsim_gui.session.jobs import Batch, Report, Story
from memsim_gui.trace.store import Labels


class Run(Protocol):
    """What tells the story: it runs slice by slice."""

    @property
    def machine(self) -> Machine:
        """The machine."""

    def advance(self) -> bool:
        """Run for one slice; return whether the story is told."""


class Telling:
    """A machine that the worker drives. `steps` are those of its scenario, none for a script or a recording."""

    def __init__(self, run: Run, history: History, steps: tuple[Step, ...] = (), *, told: bool = False) -> None:
        """`told`: nothing of a story is left."""
        self.run, self.history, self.steps = run, history, steps
        self._told = told

    @property
    def machine(self) -> Machine:
        """The machine."""
        return self.history.machine

    @property
    def steps_left(self) -> int:
        """Steps still to come; a script is one."""
        if isinstance(self.run, ScenarioRun):
            return len(self.steps) - len(self.run.results)
        return 0 if self._told else 1

    def advance(self) -> None:
        """Run the story for one slice. InputError if a line of it is wrong."""
        if self.run.advance():
            self._told = True

    def labels(self) -> Labels:
        """Copy the trace's labels; captions of steps to come are known already."""
        known = self.machine.trace.labels
        labels = replace(known, **{name: list(texts) for name, texts in vars(known).items()})
        coming = self.steps[len(labels.steps) :]
        labels.steps += [step.caption for step in coming]
        labels.step_titles += [step.title for step in coming]
        return labels

    def batch(self, start: int) -> Batch:
        """What the trace has from a position on."""
        trace = self.machine.trace
        fresh = tuple((at, view) for at, view in trace.keyframes() if at > start)
        return Batch(start, trace.events(start, len(trace)), fresh, self.labels(), trace.levels)

    def report(self) -> Report:
        """How things stand."""
        tun = self.machine.state.tun
        values = {name: int(tun[row.place]) * row.divided // row.times for name, row in tunables.TUNABLES.items()}
        values |= machine_spec.watermark_sysctls(self.machine.spec, self.machine.book.sysctls)
        undo = _in_words(self.history.last) if self.history.can_undo else ""
        return Report(undo, self.history.can_redo, self.steps_left, values, self.history.memory)


def _in_words(commands: list[Command]) -> str:
    first, *more = [command.describe() for command in commands]
    if len(more) > 1:
        return f"{first}, and {len(more)} commands more"
    return ", then ".join([first, *more])


def of_story(story: Story) -> Telling:
    """Build a story's machine; nothing of the story has run yet. InputError if the story cannot be read."""
    options = sources.Options(dict(story.overrides), level=story.level)
    run = sources.open_source(story.source, options) if story.source else sources.bare(options, story.title)
    if isinstance(run, ScenarioRun):
        return Telling(run, run.history, run.scenario.steps)
    history = History(run.machine)
    # The commands of a script can be taken back too.
    return Telling(ScriptRun(run.script, run.machine, history, sampling=False), history)


def of_recording(resumption: Resumption) -> Telling:
    """Take over the machine of a recording, once it has got where it was to go."""
    return Telling(resumption, resumption.history, told=True)
