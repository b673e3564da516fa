"""Mosaic view: a widget around a mosaic. The wheel zooms from all things to single ones, dragging and keys pan."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QToolTip

from memsim_gui.paint import Theme
from memsim_gui.paint.mosaic_painter import TOKENS_FROM, MosaicPainter, Pages
from memsim_gui.scene.geometry import cell_at, place
from memsim_gui.scene.panels import mosaic
from memsim_gui.scene.panels.mosaic import Key, Room, Shot
from memsim_gui.view.style import UNIT

Ints = npt.NDArray[np.int64]
FIT = -1  # zoom at which everything is in sight
NOTCH = 120  # of a wheel
SMALLEST_UNITS = 24
KEYS_USED = {
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Plus, Qt.Key.Key_Equal,
    Qt.Key.Key_Minus, Qt.Key.Key_Home, Qt.Key.Key_Return, Qt.Key.Key_Enter,
}  # fmt: skip


class Content(NamedTuple):
    """What a mosaic shows: `total` things, how to find their states (into `keys`), and of page tokens their marks.

    `states`, `words` and the rest are asked again when the person zooms, pans or points.
    """

    total: int
    keys: tuple[Key, ...]
    states: Callable[[Ints], npt.NDArray[np.uint8]]
    words: Callable[[int, int], str]  # of so many things from one on
    pages: Callable[[Ints], Pages] | None = None
    chosen: Ints = np.zeros(0, np.int64)
    overlay: Callable[[QPainter, MosaicPainter, Shot], None] | None = None  # painted over cells of single things


class MosaicView(QAbstractScrollArea):
    """Cells that can be hovered, zoomed into, and picked; it takes the keyboard when the Tab key comes to it.

    Signals:
        picked: the first thing of the cell chosen, and how many it stands for.
        moved: another stretch is seen; `words` tells which.
    """

    picked = Signal(int, int)
    moved = Signal()

    def __init__(self, name: str, *, scrolled: bool = False) -> None:
        """`name` is read out by screen readers. If it is `scrolled`, the wheel zooms with Ctrl only."""
        super().__init__()
        self._theme: Theme | None = None
        self._painter: MosaicPainter | None = None
        self.content: Content | None = None
        self._zoom, self._current = FIT, -1
        self._pressed: tuple[QPointF, int] | None = None
        self._anchor: tuple[QPointF, int] | None = None  # where the zoom goes to, and the thing that is there
        self._sampled: tuple[Shot, Ints] | None = None
        self._wheel = 0
        self.verticalScrollBar().valueChanged.connect(self.moved)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scrolled = scrolled
        if not scrolled:
            self.setMinimumHeight(SMALLEST_UNITS * UNIT)
        # A click leaves the keyboard to the window's steps.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(name)
        self.setAccessibleDescription("Arrows move, + and - zoom, Home shows all, Return selects")

    # --- what is seen

    def _room(self) -> Room:
        return Room(self.viewport().width(), self.viewport().height(), UNIT)

    def shot(self) -> Shot:
        """Return what is seen; ValueError without content."""
        if self.content is None:
            raise ValueError("nothing to show yet")
        return mosaic.shot(self._room(), self.content.total, self.zoom(), self.verticalScrollBar().value())

    def zoom(self) -> int:
        """Zoom in use: 0 shows single things as large as they get, each step twice as many things."""
        if self.content is None:
            return 0
        most = mosaic.furthest(self._room(), self.content.total)
        return most if self._zoom == FIT else min(self._zoom, most)

    def show_content(self, content: Content) -> None:
        """Show things; zoom and place stay unless their number changes."""
        if self.content is None or self.content.total != content.total:
            self._zoom, self._current = FIT, -1
        self.content = content
        self._fit_bar()
        self.viewport().update()

    def zoom_by(self, steps: int, at: QPointF | None = None) -> None:
        """Zoom in (steps above 0) or out, keeping the thing under `at` (or the current one) in its row."""
        if self.content is None:
            return
        seen = self.shot()
        spot = at or QPointF(*place(MosaicPainter.grid(seen), max(0, self._current)))
        if self._anchor is None or self._anchor[0] != spot:
            row, column = int(spot.y() // seen.pitch), min(seen.columns - 1, int(spot.x() // seen.pitch))
            # Its middle, so that zooming further does not drift to the block's first thing.
            thing = seen.first + (row * seen.columns + column) * seen.each + seen.each // 2
            self._anchor = (spot, min(seen.total - 1, thing))
        thing = self._anchor[1]
        most = mosaic.furthest(self._room(), seen.total)
        zoom = max(0, min(most, self.zoom() - steps))
        self._zoom = FIT if zoom == most else zoom
        self._fit_bar()
        after = self.shot()
        self.verticalScrollBar().setValue(thing // (after.columns * after.each) - int(spot.y() // after.pitch))
        if self._current >= 0:
            self._current = self.shot().cell_of(thing)
        self._changed()

    def _fit_bar(self) -> None:
        seen = self.shot()
        bar = self.verticalScrollBar()
        more = max(0, seen.rows - seen.full_rows)
        bar.setRange(0, more)
        bar.setPageStep(max(1, seen.full_rows))
        on = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if more else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if on != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(on)

    def _changed(self) -> None:
        self.viewport().update()
        self.moved.emit()

    # --- painting

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme, self._painter = theme, None
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See as much as there is room for now."""
        super().resizeEvent(event)
        if self.content is not None:
            self._fit_bar()
            self._changed()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the cells, and frames around what is selected and around the cell that keys have reached."""
        if self._theme is None or self.content is None or not self.content.total:
            return
        if self._painter is None:
            self._painter = MosaicPainter(self._theme, self.devicePixelRatioF())
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = self.shot()
        self._paint_cells(painter, self._painter, seen)
        for cell in sorted({seen.cell_of(thing) for thing in self.content.chosen.tolist()} - {-1}):
            self._painter.frame(painter, seen, cell, "accent")
        if self.hasFocus() and 0 <= self._current < seen.cells:
            self._painter.frame(painter, seen, self._current, "cursor")

    def _paint_cells(self, painter: QPainter, cells: MosaicPainter, seen: Shot) -> None:
        content = self.content
        if content is None:
            return
        if self._sampled is None or self._sampled[0] != seen:
            self._sampled = (seen, mosaic.sample(seen))
        things = self._sampled[1]
        shares = mosaic.shares(content.states(things), len(content.keys))
        if content.pages is not None and seen.each == 1 and cells.grid(seen).size >= TOKENS_FROM:
            pages = content.pages(things[:, 0])
            cells.cells(painter, seen, shares, content.keys, pages.cells)
            cells.tokens(painter, seen, pages)
        else:
            cells.cells(painter, seen, shares, content.keys)
        if content.overlay is not None and seen.each == 1:
            content.overlay(painter, cells, seen)

    # --- mouse

    def cell_under(self, at: QPointF) -> int:
        """Cell at a point of the viewport, -1 where there is none."""
        if self.content is None or not self.content.total:
            return -1
        seen = self.shot()
        return cell_at(MosaicPainter.grid(seen), seen.cells, at.x(), at.y())

    def words(self, cell: int) -> str:
        """Say what a cell is."""
        return self.content.words(*self.shot().things_of(cell)) if self.content and cell >= 0 else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is down, else say what is under the mouse."""
        self._anchor = None
        if self._pressed and event.buttons() & Qt.MouseButton.LeftButton:
            start, top = self._pressed
            rows = round((start.y() - event.position().y()) / self.shot().pitch)
            self.verticalScrollBar().setValue(top + rows)
            return
        cell = self.cell_under(event.position())
        QToolTip.showText(event.globalPosition().toPoint(), self.words(cell), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (event.position(), self.verticalScrollBar().value())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick the cell clicked, unless the mouse was dragged."""
        if self._pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        way = (event.position() - self._pressed[0]).manhattanLength()
        self._pressed = None
        cell = self.cell_under(event.position())
        if way < QApplication.startDragDistance() and cell >= 0:
            self._current = cell
            self.picked.emit(*self.shot().things_of(cell))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom in on the cell."""
        self.zoom_by(1, event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom by whole notches around the mouse."""
        if self._scrolled and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / NOTCH)
        if steps:
            self._wheel -= steps * NOTCH
            self.zoom_by(steps, event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the tooltip away."""
        QToolTip.hideText()
        super().leaveEvent(event)

    # --- keyboard

    def event(self, event: QEvent) -> bool:
        """Keep the keys this view knows from the window's shortcuts, while it has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if event.key() in KEYS_USED and not plain:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, zoom or select."""
        if self.content is None or not self.content.total or event.key() not in KEYS_USED:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_by(-1 if key == Qt.Key.Key_Minus else 1)
        elif key == Qt.Key.Key_Home:
            self._zoom = FIT
            self._fit_bar()
            self._changed()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._current >= 0:
                self.picked.emit(*self.shot().things_of(self._current))
        else:
            self._move(key)

    def _move(self, key: Qt.Key) -> None:
        """Go one cell on, scrolling at the edges."""
        seen = self.shot()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -seen.columns}.get(key, seen.columns)
        first = seen.first // seen.each
        target = max(
            0, min(-(-seen.total // seen.each) - 1, first + self._current + step if self._current >= 0 else first)
        )
        row, top = target // seen.columns, self.verticalScrollBar().value()
        self.verticalScrollBar().setValue(min(row, max(top, row - max(1, seen.full_rows) + 1)))
        seen = self.shot()
        self._current = target - seen.first // seen.each
        x, y = place(MosaicPainter.grid(seen), self._current)
        spot = self.viewport().mapToGlobal(QPointF(x, y + seen.pitch)).toPoint()
        QToolTip.showText(spot, self.words(self._current), self)
        self._changed()
