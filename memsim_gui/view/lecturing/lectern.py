"""The lectern: the lecture's full screen and the speaker's notes, tied to the session and to a window's actions."""

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from memsim_gui.paint import Theme
from memsim_gui.session.predicting import Predictor
from memsim_gui.session.session import Session
from memsim_gui.view.actions import Actions
from memsim_gui.view.lecturing.clock import TalkClock
from memsim_gui.view.lecturing.notes import NotesWindow
from memsim_gui.view.lecturing.screens import ScreenMenu, lecture_screen, other_screen
from memsim_gui.view.lecturing.view import LectureView

NOTES_SHARE = 0.6  # of the screen beside the audience's


class Lectern(QObject):
    """Begins and ends lectures.

    Attributes:
        view, notes: panels that the window must keep up to date, as its docks.
        screens: the menu that chooses a screen.
    """

    def __init__(
        self,
        session: Session,
        actions: Actions,
        theme: Theme,
        settings: QSettings,
        window: QMainWindow,
        predictor: Predictor,
    ) -> None:
        """Prepare a lecture of what the session shows, with the questions of `predictor`."""
        super().__init__(window)
        self._session, self._actions, self._window = session, actions, window
        self._told: object = None
        self.clock = TalkClock()
        self.view = LectureView(theme, self.clock, predictor)
        self.notes = NotesWindow(self.clock, self.view, window)
        self.screens = ScreenMenu(settings, window)
        self.view.next_asked.connect(session.conductor.present_next)
        self.view.previous_asked.connect(session.conductor.present_previous)
        self.view.step_asked.connect(session.conductor.present_step)
        self.view.notes_asked.connect(self._toggle_notes)
        self.view.predict_asked.connect(actions["predict"].toggle)
        actions["predict"].toggled.connect(self.view.leave_out_captions)
        self.view.left.connect(self.leave)
        actions["lecture"].triggered.connect(self.toggle)
        actions["notes"].toggled.connect(self.notes.setVisible)
        self.notes.shown.connect(actions["notes"].setChecked)
        session.opened.connect(self.open_story)

    def open_story(self) -> None:
        """Take in the notes and the plan of what the session shows now; the machine of a recording is no new story."""
        talk, trace = self._session.talk, self._session.trace
        if (talk, trace.meta.title) == self._told:
            return
        self._told = (talk, trace.meta.title)
        self.clock.plan(talk.minutes if talk else ())
        self.view.notes.tell(talk)
        self.notes.notes.tell(talk)
        self.view.tools.forget()

    def toggle(self) -> None:
        """Begin a lecture, or end it."""
        if self.view.isVisible():
            self.leave()
            return
        self._session.player.pause()
        screen = lecture_screen(QGuiApplication.screens(), self._window.screen(), self.screens.chosen)
        self._actions["lecture"].setChecked(True)
        self.view.setScreen(screen)
        # Without a window manager full screen changes nothing by itself.
        self.view.setGeometry(screen.geometry())
        self.view.showFullScreen()
        self.view.activateWindow()
        self.view.setFocus()

    def leave(self) -> None:
        """End the lecture, with its notes."""
        self.view.hide()
        self.notes.hide()
        self._actions["lecture"].setChecked(False)
        self._window.activateWindow()
        if stage := self._window.centralWidget():
            stage.setFocus()

    def _toggle_notes(self) -> None:
        """Show the notes on another screen than the audience's; if there is none, on the picture."""
        screen = other_screen(QGuiApplication.screens(), self.view.screen())
        if screen is None:
            self.view.toggle_notes()
        elif self.notes.isVisible():
            self.notes.hide()
        else:
            room = screen.availableGeometry()
            place = self.notes.geometry()
            place.setSize(room.size() * NOTES_SHARE)
            place.moveCenter(room.center())
            self.notes.setScreen(screen)
            self.notes.setGeometry(place)
            self.notes.show()
            self.view.activateWindow()

    def close(self) -> None:
        """Close both windows for good."""
        self.view.close()
        self.notes.close()
