"""Speaker notes: those of the step told, what comes next, and the time; on the picture, or in a window of their own."""

from PySide6.QtCore import QCoreApplication, Qt, QTime, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from memsim_gui.paint import Theme
from memsim_gui.session.boundaries import step_at
from memsim_gui.session.jobs import Talk
from memsim_gui.session.moment import Moment
from memsim_gui.trace.store import Labels
from memsim_gui.view.lecturing.clock import TalkClock
from memsim_gui.view.lecturing.dress import fit, overlay_sheet
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import UNIT, pixels, set_property, spaced

NO_NOTES, OF_A_RECORDING = "No notes for this step.", "A recording has no speaker notes: open its scenario."
SECOND_MS = 1000
TYPE_SHARE = 1.3  # of a lecture's caption in a picture of the window's size
WINDOW_SIZE = (200 * UNIT, 150 * UNIT)


def notes_of(talk: Talk | None, step: int) -> str:
    """Return what there is to say at a step (from 1), line breaks of the file undone; `talk` None = a recording."""
    if talk is None:
        return OF_A_RECORDING
    own = talk.notes[step - 1] if 0 < step <= len(talk.notes) else ""
    if own:
        return _flowing(own)
    return f"{NO_NOTES}\n\nOn the scenario: {_flowing(talk.about)}" if talk.about else NO_NOTES


def _flowing(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


class SpeakerNotes(QFrame):
    """Notes, next step and clock. It takes no focus: keys go on to whoever has it."""

    def __init__(self, clock: TalkClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "overlay")
        self.setAccessibleName("Speaker notes")
        self._clock = clock
        self._talk: Talk | None = None
        self._step = self._steps = 0
        self.heading, self.text = QLabel(), QLabel()
        self.next_title, self.next_text = QLabel(), QLabel()
        self.time, self.standing, self.day = QLabel(), QLabel(), QLabel()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(SECOND_MS)
        self._timer.timeout.connect(self.show_time)

    def _lay_out(self) -> None:
        for label, role in ((self.heading, "strong"), (self.next_title, "strong"), (self.next_text, "soft")):
            label.setProperty("role", role)
        for label in (self.heading, self.text, self.next_title, self.next_text):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.time.setProperty("role", "strong")
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        said = QWidget()
        inner = spaced(QVBoxLayout(said), margin=0)
        for label in (self.text, self.next_title, self.next_text):
            inner.addWidget(label)
        inner.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(said)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = spaced(QHBoxLayout(), margin=0)
        foot.addWidget(self.time)
        foot.addWidget(self.standing, 1)
        foot.addWidget(self.day)
        column = QVBoxLayout(self)
        column.addWidget(self.heading)
        column.addWidget(scroll, 1)
        column.addLayout(foot)

    def tell(self, talk: Talk | None) -> None:
        """Take the notes of a story; None = a recording."""
        self._talk = talk

    def show_step(self, labels: Labels, step: int) -> None:
        """Show what belongs to a step (from 1, 0 = before the first)."""
        titles, captions = labels.step_titles, labels.steps
        self._step, self._steps = max(1, step), len(captions)
        title = titles[self._step - 1] if self._step <= len(titles) else ""
        self.heading.setText(f"Step {self._step} of {self._steps} — {title}" if title else "")
        self.text.setText(notes_of(self._talk, self._step))
        last = self._step >= len(captions)
        self.next_title.setText("The last step." if last else f"Next: {titles[self._step]}")
        self.next_text.setText("" if last else captions[self._step])
        self.next_text.setHidden(last)
        self.show_time()

    def show_time(self) -> None:
        """Show the clock as it stands now."""
        standing = self._clock.standing(self._step)
        self.time.setText(standing.figures)
        self.standing.setText(standing.words)
        set_property(self.standing, "role", standing.tone)
        self.day.setText(QTime.currentTime().toString("HH:mm"))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to follow the clock."""
        super().showEvent(event)
        self.show_time()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Follow the clock no longer."""
        self._timer.stop()
        super().hideEvent(event)


class NotesWindow(Panel):
    """Speaker notes in a window, for the screen that the audience does not see. Keys pressed there are the lecture's.

    Signals:
        shown: whether the window is there, when that changes.
    """

    NAME = "speaker_notes"
    TITLE = "Speaker notes"

    shown = Signal(bool)

    def __init__(self, clock: TalkClock, lecture: QWidget, parent: QWidget) -> None:
        """Make the window; keys pressed in it are sent to `lecture` while that is shown."""
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowTitle(f"{self.TITLE} – MemSim")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.resize(*WINDOW_SIZE)
        self._lecture = lecture
        self._theme: Theme | None = None
        self.notes = SpeakerNotes(clock, self)
        spaced(QVBoxLayout(self), margin=0).addWidget(self.notes)

    def set_theme(self, theme: Theme) -> None:
        """Dress anew."""
        self._theme = theme
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let type grow with the window."""
        super().resizeEvent(event)
        self._dress()

    def _dress(self) -> None:
        if self._theme:
            size = (float(self.width()), float(self.height()))
            body = max(pixels(self._theme, "heading"), TYPE_SHARE * self._theme.metrics(size, "lecture").caption)
            self.setStyleSheet(overlay_sheet(self._theme, body))
            fit(self.notes, body)

    def showEvent(self, event: QShowEvent) -> None:
        """Say so."""
        super().showEvent(event)
        self.shown.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Say so."""
        super().hideEvent(event)
        self.shown.emit(False)

    def render_moment(self, moment: Moment) -> None:
        """Show the notes of the step under way."""
        step = step_at(moment.trace, moment.view, moment.position, moment.fraction)
        self.notes.show_step(moment.trace.labels, step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass a key on to the lecture; without one, Esc closes the window."""
        if self._lecture.isVisible():
            QCoreApplication.sendEvent(self._lecture, event)
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
