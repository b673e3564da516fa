"""The list of a trace's event marks, to find one by its words and go there."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtWidgets import QWidget

from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.timeline.event_marks import EventMarks
from memsim_gui.scene.words import grouped
from memsim_gui.view.dialogs.basic import Finder

MOST_ROWS = 2000


def jump_list(marks: EventMarks, pacing: Pacing, seek: Callable[[int], None], parent: QWidget) -> Finder:
    """Return a dialog that lists the marks; `seek` is called with the position behind the one chosen."""
    listed = marks.all[:MOST_ROWS]
    seconds = pacing.seconds_each(np.array([mark.position for mark in listed], np.int64)).tolist()
    rows: list[tuple[str, Callable[[], object]]] = [
        (f"{int(at) // 60}:{int(at) % 60:02}   {marks.sentence(mark)}", partial(seek, mark.position + 1))
        for mark, at in zip(listed, seconds, strict=True)
    ]
    missing = len(marks.all) - len(listed)
    notes = [f"{grouped(missing)} later marks are not listed: Ctrl+Shift+Right goes to them." if missing else ""]
    if not rows:
        notes.append("Nothing that is marked has happened yet.")
    return Finder("Jump to an event mark", rows, parent, "\n".join(filter(None, [*notes, marks.unknown])))
