"""Repeater: a variant's own thread. It does what the original did, and sends in batches what its trace has grown by."""

import copy
import threading
import time

from PySide6.QtCore import QObject, Signal, Slot

from memsim_gui.engine.errors import InputError
from memsim_gui.engine.history import Entry
from memsim_gui.engine.machine_spec import MachineSpec
from memsim_gui.engine.variant import Change, Variant
from memsim_gui.session.jobs import Batch
from memsim_gui.session.worker import PUBLISH_EVERY_S
from memsim_gui.trace.store import Meta, Trace

NO_MEMORY = "there is not enough memory for another machine"


class Repeater(QObject):
    """Lives in a thread of its own; everything reaches it and leaves it through signals.

    Signals:
        built: a copy of the new machine's trace (trace.store.Trace).
        grown: a Batch for that copy; the new part of Variant.origin; entries still waiting; what was left out.
        failed: why the machine cannot be built or go on, in one line.
    """

    built = Signal(object)
    grown = Signal(object, list, int, list)
    failed = Signal(str)

    def __init__(self, spec: MachineSpec, meta: Meta, change: Change) -> None:
        """Prepare; the machine is built by the first `do`. `spec` and `meta` are the original's."""
        super().__init__()
        self._made_of = (spec, meta, change)
        self._variant: Variant | None = None
        self._closed = threading.Event()
        self._published = self._begun = 0

    def close(self) -> None:
        """Stop, and do nothing more. Called from the window's thread."""
        self._closed.set()

    @Slot(object)
    def do(self, entries: list[Entry]) -> None:
        """Do what the original did next."""
        try:
            self._do(entries)
        except InputError as error:
            self.failed.emit(str(error))
        except MemoryError:
            self.failed.emit(NO_MEMORY)
        if self._closed.is_set():
            self._variant = None

    def _do(self, entries: list[Entry]) -> None:
        if self._closed.is_set():
            return
        if self._variant is None:
            self._variant = self._build()
        variant, due = self._variant, 0.0
        variant.tell(entries)
        while not self._closed.is_set():
            finished = variant.advance()
            if finished or time.monotonic() >= due:
                self._publish(variant)
                due = time.monotonic() + PUBLISH_EVERY_S
            if finished:
                return

    def _build(self) -> Variant:
        variant = Variant(*self._made_of)
        trace = variant.machine.trace
        self.built.emit(Trace(trace.start, trace.meta, copy.deepcopy(trace.labels)))
        return variant

    def _publish(self, variant: Variant) -> None:
        trace, start = variant.machine.trace, self._published
        fresh = tuple((at, view) for at, view in trace.keyframes() if at > start)
        batch = Batch(start, trace.events(start, len(trace)), fresh, copy.deepcopy(trace.labels), trace.levels)
        origin = variant.origin[self._begun :]
        self._published, self._begun = len(trace), len(variant.origin)
        self.grown.emit(batch, origin, variant.waiting, [words for _, words in variant.left_out])
