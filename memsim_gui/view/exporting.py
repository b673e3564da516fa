"""What the window needs of an exporter; the program's start injects one."""

from typing import Protocol

from PySide6.QtCore import SignalInstance

from memsim_gui.scene import Pacing
from memsim_gui.session.export_settings import Format, Settings
from memsim_gui.trace.store import Trace


class ExporterLike(Protocol):
    """Exports one trace at a time, beside the window.

    Attributes:
        progressed: frames done, frames in all.
        ended: the path written, what went wrong in one line; one of them is empty.
    """

    progressed: SignalInstance
    ended: SignalInstance

    @property
    def formats(self) -> tuple[Format, ...]:
        """What it can write."""

    @property
    def running(self) -> bool:
        """Whether an export is under way."""

    def plan(self, trace: Trace, pacing: Pacing, path: str, settings: Settings) -> str:
        """Say in a line what an export will come to. Raises InputError as the export itself would."""

    def export(self, trace: Trace, path: str, settings: Settings) -> None:
        """Start an export of a trace that will not change any more."""

    def cancel(self) -> None:
        """Stop, and leave no file."""
