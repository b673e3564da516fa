"""The stages of a comparison: two side by side, or up to four in two rows, each under the words of what differs.

Beside three there is room for what differs.
"""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from memsim_gui.paint import Theme
from memsim_gui.scene.comparing.difference import same_page
from memsim_gui.scene.frame import composition
from memsim_gui.scene.lens import Lens
from memsim_gui.scene.selection import Selection
from memsim_gui.session.comparison import Comparison, Side
from memsim_gui.session.moment import Moment
from memsim_gui.session.player import Player
from memsim_gui.trace.view_state import ViewState
from memsim_gui.view.stages.plain import LAB, readable
from memsim_gui.view.stages.zoom import ZoomStage
from memsim_gui.view.style import GAP, UNIT, set_property, spaced

HINT = UNIT // 2  # width of the ring around a page pointed at elsewhere
SMALLEST = (60 * UNIT, 50 * UNIT)
ROW_OF = 2
ORIGINAL = "Original"


class Title(QLabel):
    """A line that is cut where there is no room for it; its tooltip has all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "heading")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """As high as a line, as narrow as can be."""
        return QSize(0, super().minimumSizeHint().height())

    def say(self, text: str) -> None:
        """Show a text."""
        if text != self.text():
            self.setText(text)
            self.setToolTip(text)
            self.setAccessibleName(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, cut at the right."""
        painter = QPainter(self)
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), cut)


class ComparedStage(ZoomStage):
    """A stage that marks the page which the mouse points at on another."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, captions=False)
        self.hinted = -1  # page frame marked

    def hint(self, frame: int) -> None:
        """Mark a page frame; -1 = none."""
        if frame != self.hinted:
            self.hinted = frame
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and a ring around the page marked."""
        super().paintEvent(event)
        place = self.place_of(self.hinted)
        if place is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for color, width in (("card", 2 * HINT), ("cursor", HINT)):
                painter.setPen(QPen(self._theme.color[color], width))
                painter.drawRoundedRect(place.adjusted(-UNIT, -UNIT, UNIT, UNIT), UNIT, UNIT)


class BareStage(ComparedStage):
    """A stage without the words below the lists: they lie beyond its lower edge."""

    def picture_size(self) -> tuple[float, float]:
        """Higher than the widget by the words."""
        width, height = super().picture_size()
        metrics = readable(self._theme, (width, height), LAB).metrics((width, height), LAB)
        return width, 2 * height - composition((width, height), metrics).stage.bottom


class Cell(QWidget):
    """One machine: its title and its stage."""

    def __init__(self, theme: Theme, name: str, *, bare: bool) -> None:
        super().__init__()
        self.title, self.stage = Title(), (BareStage if bare else ComparedStage)(theme)
        self.stage.setMinimumSize(*SMALLEST)
        self.stage.setAccessibleName(f"Stage of {name}")
        column = spaced(QVBoxLayout(self), margin=0, gap=UNIT)
        column.addWidget(self.title)
        column.addWidget(self.stage, 1)


class Stages(QWidget):
    """All machines of a comparison, the original first.

    Signals:
        picked: the Selection that the person made on another stage than the original's, as one of the original's.
    """

    picked = Signal(object)

    def __init__(self, comparison: Comparison, player: Player, theme: Theme, *, single: ZoomStage, bare: bool) -> None:
        """Make a stage for each machine; `player` shows the original. `bare`: there is room for little more.

        All look where `single` does, the stage in whose place they are, and it where they do.
        """
        super().__init__()
        self._comparison, self._player = comparison, player
        self.cells = [Cell(theme, name, bare=bare) for name in names(len(comparison.sides))]
        self._grid = spaced(QGridLayout(self), margin=0, gap=GAP)
        for place, cell in enumerate(self.cells):
            self._grid.addWidget(cell, *divmod(place, ROW_OF))
            self._grid.setRowStretch(place // ROW_OF, 1)
            self._grid.setColumnStretch(place % ROW_OF, 1)
        self._pointed, self._pointed_at = Selection(), 0
        self._share_lens(single)
        meta = player.trace.meta
        self.cells[0].title.say(f"{ORIGINAL}: {meta.policy}")
        self.cells[0].stage.follow(player.course)
        for cell, side in zip(self.cells[1:], comparison.sides, strict=True):
            side.renewed.connect(self._follow)
            cell.stage.picked.connect(partial(self._pick, side))
            cell.stage.woke.connect(player.relook)
        for number, cell in enumerate(self.cells):
            cell.stage.pointed.connect(partial(self._point, number))
        self.setFocusProxy(self.original)

    @property
    def has_room(self) -> bool:
        """Whether a place beside the stages is free."""
        return len(self.cells) % ROW_OF > 0

    def put_beside(self, title: str, widget: QWidget) -> None:
        """Put something with a title into the free place, as large as a stage."""
        card, head = QFrame(), Title()
        card.setProperty("role", "dock")
        card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        head.say(title)
        spaced(QVBoxLayout(card), margin=0).addWidget(widget)
        column = spaced(QVBoxLayout(), margin=0, gap=UNIT)
        column.addWidget(head)
        column.addWidget(card, 1)
        self._grid.addLayout(column, *divmod(len(self.cells), ROW_OF))

    def _share_lens(self, single: ZoomStage) -> None:
        """Let all stages look through one lens."""
        self._looking = (single, *(cell.stage for cell in self.cells))
        self._look(single.lens)
        for stage in self._looking:
            stage.looked.connect(self._look)

    def _look(self, lens: Lens) -> None:
        for stage in self._looking:
            stage.look(lens)

    def _views(self) -> list[ViewState | None]:
        return [self._player.view, *(side.view for side in self._comparison.sides)]

    def _point(self, number: int, frame: int) -> None:
        """Mark in the others the page that the mouse points at on stage `number`."""
        view = self._views()[number]
        found = same_page(Selection(frame=frame), view) if view is not None and frame >= 0 else Selection()
        self._pointed = found if found.pte >= 0 or found.cell >= 0 else Selection()
        self._pointed_at = number
        self._hint()

    def _hint(self) -> None:
        for number, (cell, view) in enumerate(zip(self.cells, self._views(), strict=True)):
            there = view is not None and self._pointed != Selection() and number != self._pointed_at
            cell.stage.hint(self._pointed.located(view).frame if there and view is not None else -1)

    def _pick(self, side: Side, selection: Selection) -> None:
        """Pick the same page in the original."""
        if side.view is not None:
            self.picked.emit(same_page(selection, side.view).located(self._player.view))

    @property
    def original(self) -> ComparedStage:
        """The stage of the original, which the window keeps up to date as it does its panels."""
        return self.cells[0].stage

    def _follow(self) -> None:
        for cell, side in zip(self.cells[1:], self._comparison.sides, strict=True):
            if side.course:
                cell.stage.follow(side.course)

    def set_theme(self, theme: Theme) -> None:
        """Paint all in another theme."""
        for cell in self.cells:
            cell.stage.set_theme(theme)

    def offer(self, original: Moment | None, *, hurried: bool) -> Moment | None:
        """Show where the others are; return a moment if any of them has changed."""
        last = None
        for number, (cell, side) in enumerate(zip(self.cells[1:], self._comparison.sides, strict=True), 1):
            moment = side.moment(original, self._player)
            if moment:
                last = moment
                cell.stage.offer(moment, hurried=hurried)
            cell.title.say(f"{number}: {side.words or 'the same again'}{standing(side)}")
            set_property(cell.title, "wrong", bool(side.error))
        self._hint()
        return last


def names(sides: int) -> list[str]:
    """Short names of the machines."""
    return [ORIGINAL, *(str(number + 1) for number in range(sides))]


def standing(side: Side) -> str:
    """Say what keeps a machine from standing where the original does; empty if nothing does."""
    if side.error:
        return f" · stopped: {side.error}"
    if side.waiting:
        return f" · {side.waiting} to go"
    if side.left_out:
        return f" · left out {len(side.left_out)}: {side.left_out[-1]}"
    return "" if side.course else " · being built"
