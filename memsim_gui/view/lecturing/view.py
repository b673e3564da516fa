"""The lecture's full screen: the stage, what a presenter lays over it, and all of it on single keys."""

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from memsim_gui.paint import FramePainter, Theme
from memsim_gui.paint.lecture_painter import LecturePainter
from memsim_gui.paint.magnifier import look_through
from memsim_gui.paint.text import to_qrect
from memsim_gui.scene.frame import SceneFrame
from memsim_gui.scene.lens import Lens
from memsim_gui.scene.overlays import Overlays, overlays
from memsim_gui.session.moment import Moment
from memsim_gui.session.predicting import Predictor
from memsim_gui.view.lecturing import keys
from memsim_gui.view.lecturing.asking import AskingBar
from memsim_gui.view.lecturing.chapters import Chapters
from memsim_gui.view.lecturing.clock import TalkClock
from memsim_gui.view.lecturing.dress import fit, overlay_sheet
from memsim_gui.view.lecturing.keys import Deed
from memsim_gui.view.lecturing.notes import SpeakerNotes
from memsim_gui.view.lecturing.strip import KeyStrip
from memsim_gui.view.lecturing.tools import NOTCH, Tool, Tools
from memsim_gui.view.stages.plain import LECTURE, StageView, readable

WHEEL_NOTCH = 120  # Qt counts eighths of a degree
TICK_S = 1.0
REST_MS = 3000  # until the pointer goes
CURSORS = {
    Tool.PEN: Qt.CursorShape.CrossCursor,
    Tool.POINTER: Qt.CursorShape.BlankCursor,
    Tool.SPOTLIGHT: Qt.CursorShape.ArrowCursor,
    Tool.NONE: Qt.CursorShape.ClosedHandCursor,  # moving the zoomed stage
}
SHEET_TITLE = "Keys of a lecture"


class LectureView(StageView):
    """A full-screen stage that a presenter drives; see keys.py.

    Signals:
        next_asked, previous_asked: a step forward or back.
        step_asked: number of the step to show, from 1.
        notes_asked: speaker notes are to appear or go, wherever there is room for them.
        predict_asked: questions are to be asked from now on, or no more.
        left: the person wants the window back.
    """

    NAME = "lecture"
    TITLE = "Lecture"

    next_asked = Signal()
    previous_asked = Signal()
    step_asked = Signal(int)
    notes_asked = Signal()
    predict_asked = Signal()
    left = Signal()

    def __init__(self, theme: Theme, clock: TalkClock, predictor: Predictor, parent: QWidget | None = None) -> None:
        """Make the view; `clock` runs from the first step forward, `predictor` asks what comes next."""
        super().__init__(theme, LECTURE, parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowTitle("MemSim lecture")
        self.setAccessibleName("Lecture: the stage on a whole screen; F1 shows its keys")
        self.clock, self.tools, self.strip = clock, Tools(), KeyStrip()
        self.blank: Deed | None = None
        self._still = False
        self.shows_strip, self.shows_clock, self.shows_sheet = True, False, False
        self.places: Overlays | None = None
        self.chapters, self.notes = Chapters(self), SpeakerNotes(clock, self)
        self.notes.hide()
        self.asking, self._asking_height = AskingBar(predictor, self), 0
        self._deeds = self._table()
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.timeout.connect(self.update)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._show_cursor)
        predictor.changed.connect(self._place_asking)
        self.chapters.chosen.connect(self._go_to)
        self.chapters.closed.connect(self._close_chapters)

    def _table(self) -> dict[Deed, Callable[[], object]]:
        tools = self.tools
        return {
            Deed.NEXT: self._next,
            Deed.PREVIOUS: self.previous_asked.emit,
            Deed.CHAPTERS: self.chapters.open,
            Deed.NOTES: self.notes_asked.emit,
            Deed.PREDICT: self.predict_asked.emit,
            Deed.CLOCK: self._toggle_clock,
            Deed.RESTART: self.clock.restart,
            Deed.BLACK: lambda: self._blank(Deed.BLACK),
            Deed.WHITE: lambda: self._blank(Deed.WHITE),
            Deed.SPOTLIGHT: lambda: tools.toggle(Tool.SPOTLIGHT),
            Deed.POINTER: lambda: tools.toggle(Tool.POINTER),
            Deed.PEN: lambda: tools.toggle(Tool.PEN),
            Deed.FIRST_COLOR: lambda: tools.choose_color(0),
            Deed.SECOND_COLOR: lambda: tools.choose_color(1),
            Deed.THIRD_COLOR: lambda: tools.choose_color(2),
            Deed.ZOOM: tools.toggle_zoom,
            Deed.ZOOM_IN: lambda: tools.zoom(NOTCH),
            Deed.ZOOM_OUT: lambda: tools.zoom(1 / NOTCH),
            Deed.WHOLE: tools.whole,
            Deed.STRIP: self._toggle_strip,
            Deed.SHEET: self._toggle_sheet,
            Deed.BACK: self._back,
            Deed.LEAVE: self.left.emit,
        }

    # --- keys

    def event(self, event: QEvent) -> bool:
        """Claim every key before shortcuts see it, and Tab before it moves the focus."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a presenter's key says."""
        key, modifiers, repeated = event.key(), event.modifiers(), event.isAutoRepeat()
        name = keys.word(key, modifiers)
        if name and not repeated:
            self.strip.press(name, time.monotonic())
        deed = keys.deed_of(key, modifiers, repeated=repeated)
        if deed and not repeated and self.asking.answer(key):
            pass
        elif deed is None:
            super().keyPressEvent(event)
        else:
            self._do(deed)

    def _do(self, deed: Deed) -> None:
        """Do what was asked for; a blank screen comes back first."""
        if self.blank and deed not in {Deed.BLACK, Deed.WHITE}:
            self._blank(None)
            if deed is not Deed.BACK:
                self._deeds[deed]()
        else:
            self._deeds[deed]()
        self._show_cursor()
        self.update()

    def _next(self) -> None:
        self.clock.start()
        self.next_asked.emit()

    def _go_to(self, step: int) -> None:
        self.clock.start()
        self.step_asked.emit(step)

    def _blank(self, deed: Deed | None) -> None:
        """Blank the screen as a key says; the same again, or None, brings the picture back."""
        self.blank = None if deed is self.blank else deed
        if self.blank:
            self._close_chapters()
            self.notes.hide()
        self._place_asking()

    def _toggle_clock(self) -> None:
        self.shows_clock = not self.shows_clock
        self.woke.emit()

    def _toggle_strip(self) -> None:
        self.shows_strip = not self.shows_strip

    def _toggle_sheet(self) -> None:
        self.shows_sheet = not self.shows_sheet
        self.chapters.hide()
        self.notes.hide()

    def toggle_notes(self) -> None:
        """Show the notes on the picture, or take them away."""
        self.shows_sheet = False
        self.notes.setVisible(self.notes.isHidden())
        self.setFocus()

    def _close_chapters(self) -> None:
        self.chapters.hide()
        self.setFocus()

    def _back(self) -> None:
        """Close what is open, or put away one thing, or leave."""
        if self.shows_sheet:
            self.shows_sheet = False
        elif self.chapters.isVisible():
            self._close_chapters()
        elif self.notes.isVisible():
            self.notes.hide()
        elif not self.tools.back(self._step):
            self.left.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Begin the next time with the whole picture."""
        super().hideEvent(event)
        self.blank, self.shows_sheet = None, False
        self.chapters.hide()
        self.notes.hide()
        self.tools.put_away()
        self._tick.stop()
        self._rest.stop()
        self._place_asking()

    # --- questions

    def picture_size(self) -> tuple[float, float]:
        """Above the bar of questions, if it is there."""
        width, height = super().picture_size()
        return width, height - self._asking_height

    def _type_size(self) -> float:
        """Type that lies over the picture or below it, in pixels: as if the picture had the whole screen."""
        whole = (float(self.width()), float(self.height()))
        return readable(self._theme, whole, LECTURE).metrics(whole, LECTURE).caption

    def _place_asking(self) -> None:
        """Show or hide the bar of questions, and lay the picture out anew where that changes its size."""
        height = self.asking.place(self._type_size(), shown=self.blank is None)
        if height != self._asking_height:
            self._asking_height = height
            self.lay_out_anew()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bar of questions at the lower edge."""
        super().resizeEvent(event)
        self._place_asking()

    # --- mouse

    def showEvent(self, event: QShowEvent) -> None:
        """Let the pointer be seen for a while."""
        super().showEvent(event)
        self._stir()

    def _stir(self) -> None:
        """The mouse has been moved: its pointer is seen until it has rested for a while."""
        self._rest.start(REST_MS)
        self._show_cursor()

    @property
    def lens(self) -> Lens:
        """Which part of the stage the presenter magnifies."""
        return self.tools.lens

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what the keys do to somebody who has only a mouse in hand."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, group in enumerate(keys.MENU):
            if number:
                menu.addSeparator()
            for deed in group:
                menu.addAction(keys.menu_text(deed), partial(self._do, deed))
        menu.popup(event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Draw, move the zoomed stage, or pick the page clicked; a blank screen comes back first."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.blank:
            self._do(Deed.BACK)
            return
        self.setFocus()
        self._stir()
        self.strip.press("Click", time.monotonic())
        if not self.tools.press(event.position().x(), event.position().y(), self._step):
            super().mousePressEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the tool in hand follow; with none, say what the page under the mouse is."""
        self._stir()
        if self.tools.move(event.position().x(), event.position().y()) or self.blank:
            QToolTip.hideText()
            self.update()
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a stroke or a move."""
        self.tools.release()
        self._show_cursor()
        super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the spotlight's size, or with Ctrl the zoom."""
        zooming = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self.tools.wheel(event.angleDelta().y() / WHEEL_NOTCH, zooming=zooming):
            self.strip.press("Ctrl+Wheel" if zooming else "Wheel", time.monotonic())
            self.update()

    def _show_cursor(self) -> None:
        """Show the pointer that the tool in hand has; without one, none after a rest, except over what can be used."""
        plain = self.tools.tool is Tool.NONE and not self.tools.busy
        used = self.chapters.isVisible() or self.notes.isVisible()
        if plain and not self._rest.isActive() and not used:
            QToolTip.hideText()
            self.setCursor(Qt.CursorShape.BlankCursor)
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor if plain else CURSORS[self.tools.tool])

    # --- picture

    @property
    def _step(self) -> int:
        return self.frame.caption.step if self.frame else 0

    def render_moment(self, moment: Moment) -> None:
        """Make the picture of a moment, and tell the extras which step it is."""
        before, self._still = self.frame, moment.manner.still
        super().render_moment(moment)
        if self.frame is None or self.frame is before or self._painter is None:
            return
        labels, frame = moment.trace.labels, self.frame
        self._place(frame, self._painter)
        self.chapters.offer(labels.step_titles, frame.caption.step)
        self.notes.show_step(labels, frame.caption.step)
        if self.shows_clock and self.places:
            title = frame.composition.title
            room = title.cut(right=self.places.clock.w + 4 * self._painter.metrics.unit)
            self.frame = frame._replace(title="", composition=frame.composition._replace(title=room))

    def _place(self, frame: SceneFrame, painter: FramePainter) -> None:
        """Keep tools and extras where the picture wants them."""
        self.tools.size, self.tools.stage = frame.size, frame.composition.stage
        places = overlays(frame.composition, painter.metrics)
        sheet = overlay_sheet(painter.theme, self._type_size())
        if places != self.places:
            self.places = places
            for extra, place in ((self.chapters, places.chapters), (self.notes, places.notes)):
                extra.setGeometry(to_qrect(place).toRect())
                fit(extra, places.body)
            fit(self.asking, self._type_size() / 2)
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
            self._place_asking()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture and what lies over it, or nothing while the screen is blank."""
        if self.blank:
            self._paint_blank()
            return
        super().paintEvent(event)
        if self.frame is None or self._painter is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        art = LecturePainter(self._painter.theme, self._painter.metrics)
        below = self.rect().adjusted(0, self.height() - self._asking_height, 0, 0)
        painter.fillRect(below, self._painter.theme.color["ground"])
        self._paint_strokes(painter, art)
        self._paint_extras(painter, art)
        self._paint_tool(painter, art)
        if self.shows_sheet and self.places:
            art.sheet(painter, self.places.sheet, SHEET_TITLE, keys.rows())
        painter.end()

    def _paint_blank(self) -> None:
        painter = QPainter(self)
        white = self.blank is Deed.WHITE
        painter.fillRect(self.rect(), Qt.GlobalColor.white if white else Qt.GlobalColor.black)
        painter.end()

    def _paint_strokes(self, painter: QPainter, art: LecturePainter) -> None:
        tools = self.tools
        for color, points in tools.strokes(self._step, on_stage=False):
            art.stroke(painter, color, points)
        painter.save()
        look_through(painter, tools.lens, tools.stage)
        for color, points in tools.strokes(self._step, on_stage=True):
            art.stroke(painter, color, points)
        painter.restore()

    def _paint_tool(self, painter: QPainter, art: LecturePainter) -> None:
        tools = self.tools
        if tools.tool is Tool.SPOTLIGHT:
            art.spotlight(painter, tools.size, *tools.mouse, tools.radius * tools.size[1])
        elif tools.tool is Tool.POINTER:
            art.pointer(painter, *tools.mouse)
        elif tools.tool is Tool.PEN:
            art.pen_tip(painter, tools.color, *tools.mouse)

    def _paint_extras(self, painter: QPainter, art: LecturePainter) -> None:
        """Paint clock and strip, and come back when one of them changes."""
        if self.places is None or self.frame is None:
            return
        now, waits = time.monotonic(), []
        if self.shows_clock:
            standing = self.clock.standing(max(1, self._step))
            art.clock(painter, self.places.clock, *standing)
            waits.append(TICK_S - self.clock.elapsed_s % TICK_S)
        if self.shows_strip:
            art.key_strip(painter, self.places.strip, self.strip.shown(now, fading=not self._still))
            waits.append(self.strip.wait_s(now))
        waits = [wait for wait in waits if wait > 0]
        if waits:
            self._tick.start(round(1000 * min(waits)))
