"""Running a scenario step by step, and saying which of its expectations did not come true."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from memsim_gui.engine import samples
from memsim_gui.engine.coming_true import Start, failures
from memsim_gui.engine.command import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.history import History
from memsim_gui.engine.machine import SLICE_OPS, Machine, Outcome
from memsim_gui.engine.samples import SampleTable
from memsim_gui.engine.scenario import Scenario, Step
from memsim_gui.trace import kinds


@dataclass
class StepResult:
    """What a step did: outcomes of its commands, growth of each counter that changed, expectations that failed."""

    title: str
    outcomes: list[Outcome] = field(default_factory=list)
    changed: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


class ScenarioRun:
    """A machine at some step of a scenario; its history can be undone beyond the steps."""

    def __init__(self, scenario: Scenario, level: int = kinds.LEVEL_FULL) -> None:
        """Switch the scenario's machine on and open its processes and files. `level` is the trace's LEVEL_*."""
        self.scenario = scenario
        self.machine = Machine(scenario.machine, level, scenario.title)
        for command in scenario.setup:
            self.machine.apply(command)
        self.history = History(self.machine)
        self.results: list[StepResult] = []
        self.table = SampleTable()
        self._slices = self._run()

    @property
    def finished(self) -> bool:
        """Whether all steps have been run."""
        return len(self.results) == len(self.scenario.steps)

    def advance(self) -> bool:
        """Run for one slice; return whether the scenario is finished. Raises InputError naming the step."""
        return next(self._slices, None) is None

    def run_step(self) -> StepResult:
        """Run the next step to its end. Raises InputError naming the step, and StopIteration after the last one."""
        done = len(self.results)
        while len(self.results) == done:
            next(self._slices)
        return self.results[-1]

    def finish(self) -> list[StepResult]:
        """Run to the end. Raises InputError naming the step."""
        for _ in self._slices:
            pass
        return self.results

    def _run(self) -> Iterator[int]:
        """Run all steps; yield a step's number after each slice and once more at its end."""
        for number, step in enumerate(self.scenario.steps):
            yield from self._step(number, step)
            yield number

    def _step(self, number: int, step: Step) -> Iterator[int]:
        start = Start.of(self.machine)
        before = start.counters
        self.table.add(self.machine.op, number + 1, samples.BEFORE, step.title, before)
        result = StepResult(step.title)
        self.history.step(step.title, step.caption)
        for _ in range(step.repeat):
            for i, command in enumerate(step.commands):
                yield from self._command(number, command, f"steps[{number}].commands[{i}]")
                result.outcomes.append(self.machine.outcome)
            if step.until and not failures(step.until, self.machine, start, []):
                break
        after = self.machine.counters()
        self.table.add(self.machine.op, number + 1, samples.AFTER, step.title, after)
        result.changed = {name: after[name] - value for name, value in before.items() if after[name] != value}
        result.failures = failures(step.expect, self.machine, start, result.outcomes)
        if step.until:
            result.failures += failures(step.until, self.machine, start, [])
        self.results.append(result)

    def _command(self, number: int, command: Command, where: str) -> Iterator[int]:
        try:
            self.history.begin(command)
        except InputError as error:
            raise error.at(f"{self.scenario.where}: {where}") from None
        finished = not self.machine.running
        while not finished:
            finished = self.history.advance(SLICE_OPS)
            yield number
