"""Forms of processes: start, fork, end."""

from collections.abc import Callable

from memsim_gui.engine import commands
from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.view.controls.form import Form, node_of, propose
from memsim_gui.view.widgets import steps
from memsim_gui.view.widgets.fields import read_any_pages, read_name, whole

UNLIMITED = "unlimited"
ADJ = (-1000, 1000)
ADJ_TIP = "-1000 = never killed for lack of memory, 1000 = first"


def read_memlock(text: str) -> int:
    """RLIMIT_MEMLOCK in pages, -1 = unlimited. Raises InputError."""
    return -1 if text.strip().lower() == UNLIMITED else read_any_pages(text)


def unused(form: Form, name: str) -> str:
    """Return the name of a new process. Raises InputError if one has it."""
    if name in form.names.tasks:
        raise InputError("", f"a process {quoted(name)} is there already", "a new name")
    return name


class StartForm(Form):
    """A process appears."""

    TITLE = "Start a process"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.name = self.text("Name", read_name, "editor", "of the new process")
        self.limit = self.number(
            "Lock limit", read_memlock, steps.pages("8 MiB", UNLIMITED, low=0), "8 MiB",
            "RLIMIT_MEMLOCK in pages, 8 MiB, or unlimited",
        )  # fmt: skip
        self.adj = self.number(
            "OOM score", whole(*ADJ), steps.numbers("0", 100, ADJ[0]), "0", f"oom_score_adj: {ADJ_TIP}"
        )
        self.on = self.node()
        self.button("Start", "Start a process of this name", self._start)

    def renew(self) -> None:
        """Propose a name that is free."""
        propose(self.name, self.names.tasks)

    def _start(self) -> Command:
        name, limit = unused(self, self.name.value()), self.limit.value()
        return commands.Process(name, self.adj.value(), limit, node_of(self.on))


class ForkForm(Form):
    """The acting process forks."""

    TITLE = "Fork the acting process"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.child = self.text("Child", read_name, "child", "name of the new process")
        self.adj = self.number(
            "OOM score", whole(*ADJ), steps.numbers("0", 100, ADJ[0]), "0", f"oom_score_adj of the child: {ADJ_TIP}"
        )
        self.button("Fork", "Copy the acting process; both share their pages until one writes", self._fork)

    def renew(self) -> None:
        """Propose a name that is free."""
        propose(self.child, self.names.tasks)

    def _fork(self) -> Command:
        return commands.Fork(unused(self, self.child.value()), self.acting(), self.adj.value())


class ExitForm(Form):
    """The acting process ends."""

    TITLE = "End the acting process"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.button("End it", "The process exits and gives its memory back", self._exit)

    def _exit(self) -> Command:
        if self.acting() not in self.names.tasks:
            raise InputError("", "no process is running", "start one first")
        return commands.ExitTask(self.acting())
