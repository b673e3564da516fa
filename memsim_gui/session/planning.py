"""Planning: how the time of a talk is shared by its steps."""

from memsim_gui.engine.scenario import Scenario, Step


def minutes_each(scenario: Scenario) -> tuple[float, ...]:
    """Return the planned minutes of each step; none without a plan.

    A step has the minutes that it gives. What is left of the scenario's is shared by the others as they have words to
    be read and said, captions and notes.
    """
    own = [step.minutes for step in scenario.steps]
    words = [0 if step.minutes else _words(step) for step in scenario.steps]
    left = max(0.0, scenario.minutes - sum(own))
    if not (left or any(own)):
        return ()
    return tuple(mine + left * count / max(1, sum(words)) for mine, count in zip(own, words, strict=True))


def _words(step: Step) -> int:
    return len(f"{step.title} {step.caption} {step.notes}".split())
