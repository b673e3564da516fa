"""The stage of the window: zoom and pan, regions of pages picked by mouse or keyboard, and what to do to them."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QMenu

from memsim_gui.paint import Theme
from memsim_gui.paint.tokens import with_alpha
from memsim_gui.scene.lens import WHOLE
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.stage.around import beside, inside
from memsim_gui.scene.stage.tokens import Tokens
from memsim_gui.session.moment import Moment
from memsim_gui.session.region import deeds, holdings
from memsim_gui.view import focus
from memsim_gui.view.stages.zoom import ZoomStage

BAND_OPACITY = 0.15
KEYPAD = Qt.KeyboardModifier.KeypadModifier
ROW = 10_000  # more tokens than a row has: a step of the keyboard that means one row
STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: ROW, Qt.Key.Key_Up: -ROW}
WAYS = {Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Down: (0, 1), Qt.Key.Key_Up: (0, -1)}
KEYS_TITLE = "Stage"
KEY_ROWS = [
    ("Pick a page, then act on what is picked", "Return"),
    ("Pick the page beside it", "Alt+arrows"),
    ("Extend what is picked along its list", "Shift+arrows"),
    ("Act on what is picked", "Menu"),
    ("Let go of what is picked", "Esc"),
]


class LabStage(ZoomStage):
    """A stage to work on.

    The wheel or a pinch zooms at the pointer; dragging pulls the zoomed stage, or else picks the pages in a frame, as
    dragging with Shift always does; a double click shows the whole again. Shift and a click, or Shift and the arrows,
    extend what is picked along its list; Alt and the arrows lead from page to page. The right button, the Menu key or
    Return tells what can be done to what is picked.

    Signals:
        submitted: commands (engine.commands.Command) that are asked for at once.
    """

    submitted = Signal(list)

    def __init__(self, theme: Theme) -> None:
        """Begin with nothing picked."""
        super().__init__(theme)
        self._band: tuple[QPointF, QPointF] | None = None
        self._ends = (-1, -1)  # frames at which a region along a list begins and ends
        self._picked = Selection()
        self._moment: Moment | None = None
        self.setAccessibleDescription(
            "The wheel zooms. Dragging or Return picks pages, Alt and arrows go to others, Shift and arrows extend; "
            "Return or the Menu key acts on what is picked"
        )

    def render_moment(self, moment: Moment) -> None:
        """Make the picture of a moment, and know what can be picked in it."""
        self._moment, self._picked = moment, moment.selection
        super().render_moment(moment)

    # --- regions

    def event(self, event: QEvent) -> bool:
        """Keep the arrows with Shift from the window's steps while pages are picked."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._extends(event):
            event.accept()
            return True
        return super().event(event)

    def _extends(self, event: QKeyEvent) -> bool:
        return event.modifiers() == Qt.KeyboardModifier.ShiftModifier and event.key() in STEPS and self._ends[0] >= 0

    def _pick(self, frames: list[int]) -> None:
        region = frozenset(frames) if len(frames) > 1 else frozenset()
        self._picked = Selection(frame=frames[0] if frames else -1, region=region)
        self.picked.emit(self._picked)

    def _list_of(self, frame: int) -> Tokens | None:
        """Tokens of the list that a page is on, in their order."""
        for tokens in self.frame.stage.tokens if self.frame else ():
            at = np.flatnonzero(tokens.frame == frame)
            if len(at):
                same = tokens.role == tokens.role[at[0]]
                return tokens._replace(x=tokens.x[same], y=tokens.y[same], frame=tokens.frame[same])
        return None

    def _extend_to(self, frame: int) -> None:
        """Pick all pages between the one a region began with and this one, if they are on one list."""
        tokens = self._list_of(self._ends[0])
        if tokens is None or frame not in tokens.frame:
            return
        self._ends = (self._ends[0], frame)
        first, last = sorted(int(np.flatnonzero(tokens.frame == end)[0]) for end in self._ends)
        self._pick(tokens.frame[first : last + 1].tolist())

    def _extend_by(self, step: int) -> None:
        tokens = self._list_of(self._ends[0])
        if tokens is None or self._ends[1] not in tokens.frame:
            return
        columns = int(np.count_nonzero(tokens.y == tokens.y[0]))
        to = int(np.argmax(tokens.frame == self._ends[1])) + (step if abs(step) < ROW else columns * step // ROW)
        self._extend_to(int(tokens.frame[max(0, min(to, len(tokens.frame) - 1))]))

    def _go(self, right: int, down: int) -> None:
        """Pick the page beside the one picked last; the first one if there is none."""
        last = self._ends[1] if self._ends[1] in self._picked.frames else self._picked.frame
        frame = beside(self.frame.stage.tokens, last, right, down) if self.frame else -1
        if frame >= 0:
            self._ends = (frame, frame)
            self._pick([frame])

    def _press(self) -> None:
        """Offer what can be done to what is picked; if that is nothing, begin with a page."""
        if not self._picked.frames:
            self._go(1, 0)
            return
        if self._ends[0] not in self._picked.frames:
            self._ends = (self._picked.frame, self._picked.frame)
        self._open_menu(self._by_the_page())

    def _in_band(self) -> list[int]:
        """Frames of the tokens whose middle lies in the band."""
        if self._band is None or self.frame is None:
            return []
        (x0, y0), (x1, y1) = (self.to_picture(corner.x(), corner.y()) for corner in self._band)
        return inside(self.frame.stage.tokens, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a page or a node, or begin to pull the stage or to draw a band."""
        at, shift = event.position(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        left = event.button() == Qt.MouseButton.LeftButton
        frame = self.frame_at(*at.toTuple()) if left else -1
        if event.button() == Qt.MouseButton.MiddleButton:
            self.pull(at)
        elif not left or self.press_chip(*at.toTuple()) or self.press_strip(*at.toTuple()):
            return
        elif shift and frame >= 0 and self._ends[0] >= 0:
            self._extend_to(frame)
        elif frame < 0 and self._lens != WHOLE and not shift:
            self.pull(at)
        else:
            self._ends = (frame, frame)
            self._pick([frame] if frame >= 0 else [])
            self._band = (at, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the band, pull the stage, or say what the page under the mouse is."""
        if self._band is not None:
            self._band = (self._band[0], event.position())
            self.update()
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the button began; a band picks the pages in it."""
        if (
            self._band is not None
            and (event.position() - self._band[0]).manhattanLength() > QApplication.startDragDistance()
        ):
            self._band = (self._band[0], event.position())
            frames = self._in_band()
            self._ends = (frames[0], frames[-1]) if frames else (-1, -1)
            self._pick(frames)
        self._band = None
        self.update()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick a page, extend what is picked along its list, act on it, or let go of it."""
        key = Qt.Key(event.key())
        if self._extends(event):
            self._extend_by(STEPS[key])
        elif key in WAYS and event.modifiers() & ~KEYPAD == Qt.KeyboardModifier.AltModifier:
            self._go(*WAYS[key])
        elif key in focus.PRESSING and not event.modifiers() & ~KEYPAD:
            self._press()
        elif key == Qt.Key.Key_Escape and self._picked != Selection():
            self._ends = (-1, -1)
            self._pick([])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and the band over it."""
        super().paintEvent(event)
        if self._band is None or self._band[0] == self._band[1]:
            return
        accent = self._theme.color["accent"]
        with QPainter(self) as painter:
            painter.setPen(QPen(accent))
            painter.setBrush(with_alpha(accent, BAND_OPACITY))
            painter.drawRect(QRectF(*self._band).normalized())

    # --- what can be done

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done to the pages picked, or to the one under the mouse."""
        frame = self.frame_at(*QPointF(event.pos()).toTuple())
        if event.reason() == QContextMenuEvent.Reason.Mouse and frame >= 0 and frame not in self._picked.frames:
            self._ends = (frame, frame)
            self._pick([frame])
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        self._open_menu(self._by_the_page() if keyboard else event.globalPos())

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu()
        if menu is not None:
            menu.popup(place)

    def _by_the_page(self) -> QPoint:
        """Where the keyboard's menu opens: at the page picked last, or in the middle of the stage."""
        page = self.place_of(self._ends[1])
        return self.mapToGlobal(page.bottomRight().toPoint() if page else self.rect().center())

    def menu(self) -> QMenu | None:
        """Make the menu for what is picked; None where nothing is. What cannot be done is grey and says why."""
        frames = self._picked.frames
        if not frames or self._moment is None:
            return None
        held = holdings(self._moment.view, self._moment.trace, frames)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        title = menu.addAction(f"{len(frames)} pages" if len(frames) > 1 else "1 page")
        title.setEnabled(False)
        menu.addSeparator()
        for deed in deeds(held):
            text = f"{deed.name} ({deed.why})" if deed.why else deed.name
            action = menu.addAction(text)
            action.setEnabled(bool(deed.commands))
            action.setToolTip("\n".join(command.describe() for command in deed.commands) or deed.why)
            action.triggered.connect(self._doing(deed.commands))
        return menu

    def _doing(self, commands: tuple[object, ...]) -> Callable[[], None]:
        return lambda: self.submitted.emit(list(commands))
