"""The stage: the picture of the moment, painted as an export paints it; pages can be hovered and picked."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from memsim_gui.paint import FramePainter, Theme
from memsim_gui.paint.magnifier import detail_of
from memsim_gui.paint.text import to_qrect
from memsim_gui.scene import Scene, SceneFrame
from memsim_gui.scene.lens import WHOLE, Lens
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.timeline.course import Course
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.trace.bits import page_flag_names
from memsim_gui.view import text_size
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import UNIT

LAB, LECTURE = "lab", "lecture"
SMALLEST = (100 * UNIT, 55 * UNIT)
RING = UNIT // 2
KEY_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
STRIP_SHARE = 0.3  # of the caption bar's height, from its bottom
READABLE_SHARE = 0.8  # of the normal size of type


def readable(theme: Theme, size: tuple[float, float], mode: str) -> Theme:
    """Return the theme with type as large as it must be to be read in a picture of this size.

    An export may shrink its type with the picture; a window stays where it is, and so do the eyes before it.
    """
    normal = theme.sizes[mode]
    grow = READABLE_SHARE * text_size.factor() * normal["body"] / theme.metrics(size, mode).body
    if grow <= 1:
        return theme
    sizes = {**theme.sizes, mode: {name: value * grow for name, value in normal.items()}}
    return replace(theme, sizes=sizes, unit=theme.unit * grow)


class StageView(Panel):
    """A widget that shows a SceneFrame. `mode` is LAB or LECTURE.

    Signals:
        counters_wanted: the delta strip was clicked.
        pointed: page frame under the mouse, -1 where there is none.
    """

    NAME = "stage"
    TITLE = "Stage"
    INTEREST = Changed.POSITION | Changed.FRACTION | Changed.SELECTION

    counters_wanted = Signal()
    pointed = Signal(int)

    def __init__(self, theme: Theme, mode: str = LAB, parent: QWidget | None = None, *, captions: bool = True) -> None:
        """Show nothing yet; `captions`: with the steps' texts."""
        super().__init__(parent)
        self._theme, self._mode, self._captions, self._titles = theme, mode, captions, True
        self._painter: FramePainter | None = None
        self._scene: Scene | None = None
        self.frame: SceneFrame | None = None
        self._bits: np.ndarray = np.zeros(0, np.int32)
        self._ringed = False
        self._course: Course | None = None
        self.node = 0  # shown, where there are too many to show each
        self.setMinimumSize(*SMALLEST)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Stage: the lists of memory and the pages on them")

    @property
    def lens(self) -> Lens:
        """Which part of the stage is shown magnified."""
        return WHOLE

    def follow(self, course: Course) -> None:
        """Show moments of the trace that `course` belongs to."""
        self._course, self._scene, self.node = course, None, 0

    def leave_out_captions(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        """Show or leave out the steps' titles and texts, which tell what will happen."""
        self._captions, self._titles, self._scene = not on, not on, None
        self.woke.emit()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme from the next moment on."""
        self._theme, self._painter, self._scene = theme, None, None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the picture out anew at the next moment."""
        super().resizeEvent(event)
        self.lay_out_anew()

    def lay_out_anew(self) -> None:
        """The picture's size has changed: make another at the next moment."""
        self._painter = self._scene = None
        self.woke.emit()

    def picture_size(self) -> tuple[float, float]:
        """Width and height of the picture, whose upper left part the widget shows."""
        return float(self.width()), float(self.height())

    def render_moment(self, moment: Moment) -> None:
        """Make the picture of a moment; it is painted when Qt asks for it."""
        course = self._course
        if course is None or course.trace is not moment.trace:
            return
        size = self.picture_size()
        if self._painter is None:
            theme = readable(self._theme, size, self._mode)
            self._painter = FramePainter(theme, size, self._mode, self.devicePixelRatioF())
        if self._scene is None or self._scene.outgrown:
            metrics = self._painter.metrics
            self._scene = Scene(moment.trace, size, metrics, course.pacing, course.history, captions=self._captions)
        stage, detail = self._scene.stage, detail_of(self.lens.factor)
        if stage.chosen != self.node:
            stage.choose(self.node)
        if stage.detail != detail:
            stage.look_closer(detail)
        self._painter.hurry(hurried=moment.running)
        chosen = moment.selection.frames
        place = (moment.view, moment.position, moment.fraction)
        self.frame = self._scene.frame(*place, chosen, moment.speed, moment.since, moment.manner)
        if not self._titles:
            self.frame = self.frame._replace(caption=self.frame.caption._replace(title=""))
        self._bits = moment.view.bits
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the last picture made."""
        painter = QPainter(self)
        if self.frame is None or self._painter is None:
            painter.fillRect(self.rect(), self._theme.color["ground"])
        else:
            self._painter.lens = self.lens
            self._painter.paint(painter, self.frame)
        if self._ringed and self.hasFocus():
            painter.setPen(QPen(self._theme.color["text"], RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(RING / 2, RING / 2, -RING / 2, -RING / 2))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a ring when the focus has come by a key."""
        self._ringed = self._mode == LAB and event.reason() in KEY_REASONS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def frame_at(self, x: float, y: float) -> int:
        """Page frame of the token at a point of the widget, -1 where there is none."""
        if self.frame is None:
            return -1
        x, y = self.to_picture(x, y)
        for flight in self.frame.stage.flights:
            if abs(flight.x - x) <= flight.size / 2 and abs(flight.y - y) <= flight.size / 2:
                return flight.frame
        for tokens in self.frame.stage.tokens:
            inside = (tokens.x <= x) & (x < tokens.x + tokens.size) & (tokens.y <= y) & (y < tokens.y + tokens.size)
            hits = np.flatnonzero(inside)
            if len(hits):
                return int(tokens.frame[hits[0]])
        return -1

    def place_of(self, frame: int) -> QRectF | None:
        """Where the token of a page frame is seen on the widget, None where it is not."""
        if self.frame is None or frame < 0:
            return None
        area, lens = self.frame.composition.stage, self.lens
        left, top = lens.corner(area)
        for tokens in self.frame.stage.tokens:
            for row in np.flatnonzero(tokens.frame == frame)[:1].tolist():
                x, y = ((float(at[row]) - edge) * lens.factor for at, edge in ((tokens.x, left), (tokens.y, top)))
                size = float(tokens.size) * lens.factor
                place = QRectF(area.x + x, area.y + y, size, size)
                return place if to_qrect(area).contains(place.center()) else None
        return None

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the picture that is seen at a point of the widget."""
        if self.frame is None:
            return x, y
        area = self.frame.composition.stage
        seen = area.x <= x < area.right and area.y <= y < area.bottom
        return self.lens.to_picture(area, x, y) if seen else (x, y)

    def show_node(self, node: int) -> bool:
        """Show a node where there are too many to show each; return whether there is such a choice."""
        chips = self.frame.stage.layout.chips if self.frame else ()
        if not 0 <= node < len(chips):
            return False
        self.node = node
        self.woke.emit()
        return True

    def next_node(self) -> None:
        """Show the next node, after the last the first."""
        if self.frame and self.frame.stage.layout.chips:
            self.show_node((self.node + 1) % len(self.frame.stage.layout.chips))

    def press_chip(self, x: float, y: float) -> bool:
        """Show the node whose chip is at a point of the widget; return whether there is one."""
        return self.frame is not None and self.show_node(self.frame.stage.layout.chip_at(*self.to_picture(x, y)))

    def changes_at(self, x: float, y: float) -> str:
        """Say all that has changed, one a line, where the delta strip is; empty elsewhere."""
        if self.frame is None or not self.frame.caption.changes:
            return ""
        bar = self.frame.composition.caption
        inside = bar.x <= x < bar.right and bar.bottom - STRIP_SHARE * bar.h <= y < bar.bottom
        lines = [f"{change.name} {change.text}" for change in self.frame.caption.changes]
        return "\n".join([*lines, "Click: all counters"]) if inside else ""

    def press_strip(self, x: float, y: float) -> bool:
        """Ask for the counters if a point is on the delta strip; return whether it is."""
        if not self.changes_at(x, y):
            return False
        self.counters_wanted.emit()
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the page or the node clicked; on the delta strip, ask for the counters."""
        at = event.position().toTuple()
        if event.button() == Qt.MouseButton.LeftButton and not (self.press_chip(*at) or self.press_strip(*at)):
            self.picked.emit(Selection(frame=self.frame_at(event.position().x(), event.position().y())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what the page under the mouse is, or all that has changed."""
        at = event.position().toTuple()
        frame = self.frame_at(*at)
        self.pointed.emit(frame)
        told = self.words(frame) if frame >= 0 else self.changes_at(*at)
        self.setCursor(Qt.CursorShape.PointingHandCursor if frame >= 0 or told else Qt.CursorShape.ArrowCursor)
        QToolTip.showText(event.globalPosition().toPoint(), told, self)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the tooltip away."""
        QToolTip.hideText()
        self.pointed.emit(-1)
        super().leaveEvent(event)

    def words(self, frame: int) -> str:
        """Say what a page is: its number and its flags."""
        if self._scene is None or frame >= len(self._bits):
            return ""
        pfn = frame + self._scene.trace.meta.first_pfn
        return f"PFN 0x{pfn:X}\n" + " ".join(page_flag_names(int(self._bits[frame])))
