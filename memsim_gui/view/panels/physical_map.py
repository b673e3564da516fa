"""Physical map: every page frame by its number, from all of memory down to single frames."""

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from memsim_gui.paint import Theme
from memsim_gui.paint.mosaic_painter import Pages
from memsim_gui.scene import marks
from memsim_gui.scene.panels import physical_map
from memsim_gui.scene.panels.physical_map import AGE_KEYS, LIST_KEYS, Ages
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.words import grouped, unbroken
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import spaced
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.key import KeyLine
from memsim_gui.view.widgets.mosaic_view import Content, MosaicView
from memsim_gui.view.widgets.page_age import PageAge

Ints = npt.NDArray[np.int64]
BY_LIST, BY_OWNER, BY_AGE = "by list", "by owner", "by last use"


class PhysicalMapPanel(Panel):
    """The map with a choice of what its colours mean."""

    NAME = "physical_map"
    TITLE = "Frames"
    INTEREST = Changed.POSITION | Changed.SELECTION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.coloring = Choice("What the colours mean", (BY_LIST, BY_OWNER, BY_AGE))
        self.summary, self.age = QLabel(), PageAge()
        self.summary.setProperty("role", "field_name")
        self.map = MosaicView("Page frames by number")
        self.legend = KeyLine()
        self._moment: Moment | None = None
        self._ages: Ages | None = None
        self.summary.setWordWrap(True)
        top = spaced(QHBoxLayout(), margin=0)
        top.addWidget(self.coloring)
        top.addWidget(self.summary, 1)
        column = spaced(QVBoxLayout(self))
        column.addLayout(top)
        column.addWidget(self.age)
        column.addWidget(self.map, 1)
        column.addWidget(self.legend)
        self.coloring.currentIndexChanged.connect(self.woke)
        self.map.moved.connect(self._summarise)
        self.map.picked.connect(self._pick)

    def _pick(self, frame: int, count: int) -> None:
        self.picked.emit(Selection(frame=frame, count=count))

    def set_theme(self, theme: Theme) -> None:
        """Dress the map and its legend."""
        self.map.set_theme(theme)
        self.legend.set_theme(theme)

    def render_moment(self, moment: Moment) -> None:
        """Show all frames here."""
        self._moment = moment
        self.age.tell(moment)
        content = self._content(moment)
        self.legend.show_keys(content.keys)
        self.map.show_content(content)
        self._summarise()

    def _content(self, moment: Moment) -> Content:
        view, trace, selected = moment.view, moment.trace, moment.selection
        chosen = np.arange(selected.frame, selected.frame + selected.count) if selected.frame >= 0 else np.zeros(0, int)

        def words(first: int, count: int) -> str:
            return physical_map.words(view, trace, first, count)

        def by_list(frames: Ints) -> npt.NDArray[np.uint8]:
            return physical_map.by_list(view, frames)

        def pages(frames: Ints) -> Pages:
            role = by_list(frames)
            at = np.flatnonzero(role < marks.FREE)
            held = frames[at].astype(np.int32)
            return Pages(at, role[at], marks.marks_of(view, held, marks.young_frames(view)))

        if self.coloring.currentText() == BY_OWNER:
            known = physical_map.owners(view, trace)
            return Content(
                len(view.lane),
                known.keys,
                lambda frames: physical_map.by_owner(view, frames, known),
                words,
                None,
                chosen,
            )
        if self.coloring.currentText() == BY_AGE:
            ages = self._ages_at(moment)
            return Content(len(view.lane), AGE_KEYS, lambda frames: ages.states(view, frames), words, None, chosen)
        return Content(len(view.lane), LIST_KEYS, by_list, words, pages, chosen)

    def _ages_at(self, moment: Moment) -> Ages:
        if self._ages is None or self._ages.trace is not moment.trace or moment.changed & Changed.TRACE:
            self._ages = Ages(moment.trace)
        self._ages.follow(moment.position, len(moment.view.lane))
        return self._ages

    def _summarise(self) -> None:
        """Say which frames are seen, and how many a cell stands for."""
        if self._moment is None or self.map.content is None:
            return
        seen = self.map.shot()
        first = seen.first + self._moment.trace.meta.first_pfn
        last = min(seen.first + seen.cells * seen.each, seen.total) - 1 + self._moment.trace.meta.first_pfn
        each = "a cell is a frame" if seen.each == 1 else f"a cell is {grouped(seen.each)} frames"
        self.summary.setText(unbroken(f"PFN 0x{first:X} to 0x{last:X}, {each}"))
