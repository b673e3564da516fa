"""The window: toolbar, docks, stage and footer around one session, and the one timer that moves everything."""

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QChildEvent, QSettings, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabBar, QWidget

from memsim_gui.engine.commands import Command
from memsim_gui.engine.machine_spec import POLICIES
from memsim_gui.engine.scenario import Camera
from memsim_gui.paint.tokens import THEMES, load_theme
from memsim_gui.scene.selection import Selection
from memsim_gui.session.boundaries import Unit
from memsim_gui.session.jobs import Report, snapshot
from memsim_gui.session.opening import open_machine
from memsim_gui.session.predicting import Predictor
from memsim_gui.session.session import Session
from memsim_gui.view import arrangement, finding, focus, menus, text_size
from memsim_gui.view.actions import Actions
from memsim_gui.view.centre import Centre
from memsim_gui.view.comparing.desk import Desk
from memsim_gui.view.dialogs.basic import help_page
from memsim_gui.view.dialogs.export import ExportDialog
from memsim_gui.view.dialogs.new_machine import NewMachineDialog
from memsim_gui.view.dialogs.palette import Palette
from memsim_gui.view.dialogs.sheet import ShortcutSheet
from memsim_gui.view.docks import Dock
from memsim_gui.view.exporting import ExporterLike
from memsim_gui.view.files import Files
from memsim_gui.view.finding import Offered
from memsim_gui.view.footer import Footer
from memsim_gui.view.jumping import jump_list
from memsim_gui.view.lecturing.lectern import Lectern
from memsim_gui.view.manner import MannerChoice
from memsim_gui.view.panel import Panel
from memsim_gui.view.panels import REGISTRY
from memsim_gui.view.panels.charts import ChartsPanel
from memsim_gui.view.panels.controls import ControlsPanel
from memsim_gui.view.panels.timeline import TimelinePanel
from memsim_gui.view.predict_bar import PredictBar
from memsim_gui.view.stages.lab import LabStage
from memsim_gui.view.style import DEFAULT_THEME, GAP, SECTION_GAP, apply_theme
from memsim_gui.view.tasks import Tasks
from memsim_gui.view.text_size import TextSizeMenu
from memsim_gui.view.theme_menu import ThemeMenu
from memsim_gui.view.transport import TransportBar
from memsim_gui.view.trust_light import TrustDialog, TrustLight
from memsim_gui.view.waiting import Waiting

FRAME_MS = 16
PICTURES_FIRST = 2  # frames before the machine gets ready
CALM_EVERY = 7  # frames between two updates of panels that are read, while the clock runs
LONGEST_FRAME_S = 0.1  # a frame that took longer does not make pages jump
START_SHARE = 0.9
CAMERA_DOCKS = {
    "page-cache": "page_cache",
    "address-space": "address_space",
    "proc": "proc",
    "inspector": "page_inspector",
}
STEPS = (
    ("forward", Unit.DECISION, 1),
    ("back", Unit.DECISION, -1),
    ("forward_event", Unit.EVENT, 1),
    ("back_event", Unit.EVENT, -1),
    ("forward_command", Unit.COMMAND, 1),
    ("back_command", Unit.COMMAND, -1),
    ("forward_mark", Unit.MARK, 1),
    ("back_mark", Unit.MARK, -1),
    ("next_step", Unit.STEP, 1),
    ("previous_step", Unit.STEP, -1),
)


class MainWindow(QMainWindow):
    """The program's window. It owns its session and exporter and ends them when it closes."""

    def __init__(
        self,
        session: Session,
        exporter: ExporterLike,
        open_source: Callable[[str], None],
        scenarios: list[tuple[str, str]],
        settings: QSettings,
    ) -> None:
        """Build the window. `open_source` shows what the person names in the session, or raises InputError."""
        super().__init__()
        self.session, self.exporter = session, exporter
        session.core.room.hold()
        self._settings, self._scenarios = settings, scenarios
        self.files = Files(session, open_source, self)
        self._clock = time.monotonic()
        self._frames = 0
        self.theme = load_theme(DEFAULT_THEME)
        self.act = Actions(self)
        self.transport = TransportBar(self.act, scenarios, tuple(POLICIES))
        self.stage = LabStage(self.theme)
        self.predictor = Predictor(session.player, self)
        self.predict_bar = PredictBar(self.predictor, self)
        self.centre = Centre(self.stage, self.predict_bar)
        self.waiting = Waiting(session, self.centre, self.transport, self.files.open)
        self.desk = Desk(session, self.act, self.centre, self)
        self.lectern = Lectern(session, self.act, self.theme, settings, self, self.predictor)
        self.lecture = self.lectern.view
        self.controls, self.timeline = ControlsPanel(), TimelinePanel()
        self.charts = ChartsPanel(self.timeline)
        self.docks = {entry.panel.NAME: Dock(self._panel(entry.panel), entry.shortcut) for entry in REGISTRY}
        self.footer = Footer()
        self.light = TrustLight(session.trust, self.footer)
        self.tasks = Tasks(session, exporter, self.files, self.footer, self)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._lay_out()
        themes = ThemeMenu(self.use_theme, lambda: self.theme.name, self)
        menus.build(self, self.act, self.docks, (self.lectern.screens, TextSizeMenu(settings, self), themes))
        MannerChoice(session.player, self.act, settings, self)
        self._connect()
        self._restore()
        self._story_opened()
        self._history_changed(session.core.report)

    # --- building

    def _panel(self, kind: type[Panel]) -> Panel:
        own: tuple[Panel, ...] = (self.controls, self.timeline, self.charts)
        return next((panel for panel in own if isinstance(panel, kind)), None) or kind()

    def _lay_out(self) -> None:
        self.setWindowTitle("MemSim")
        self.setMinimumSize(*(round(text_size.factor() * side) for side in text_size.LEAST_ROOM))
        self.resize(self.screen().availableSize() * START_SHARE)
        self.setContentsMargins(GAP, 0, GAP, 0)
        self.addToolBar(self.transport)
        self.setCentralWidget(self.centre)
        self.setStatusBar(self.footer)
        self.footer.addPermanentWidget(self.light)
        arrangement.prepare(self)
        self.reset_layout()

    def reset_layout(self) -> None:
        """Put every dock back where it begins."""
        self.centre.setFocus()  # else it would follow a dock that goes for a moment
        arrangement.reset(self, self.docks)
        self._cramped = not arrangement.roomy(self)
        self._tell_if_cramped()

    def _tell_if_cramped(self) -> None:
        """Say where the panels are for which the window has no room."""
        if self._cramped and self.isVisible():
            self.footer.say(arrangement.CRAMPED)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew when there is room for all docks for the first time."""
        super().resizeEvent(event)
        if self._cramped and arrangement.roomy(self):
            self.reset_layout()

    def _connect(self) -> None:
        session = self.session
        for name, slot in self._slots().items():
            self.act[name].triggered.connect(slot)
        for name, unit, direction in STEPS:
            self.act[name].setData((unit, direction))
            self.act[name].triggered.connect(self._step)
        self.transport.speed_chosen.connect(session.player.set_speed)
        self.transport.scenario_chosen.connect(self.files.open)
        self.transport.policy_chosen.connect(session.change_policy)
        session.player.running_changed.connect(self._running_changed)
        session.core.refused.connect(self._rejected)
        session.core.reported.connect(self._history_changed)
        session.core.changed.connect(self.controls.show_core)
        self.tasks.under_way.connect(self.act["cancel"].setEnabled)
        session.opened.connect(self._story_opened)
        session.looked.connect(self._look)
        session.trust.broke.connect(self._trust)
        self.light.clicked.connect(self._trust)
        self.stage.counters_wanted.connect(self._counters)
        self.files.said.connect(self.footer.say)
        self.files.refused.connect(self._story_opened)
        self._timer.timeout.connect(self._frame)
        self.act["predict"].toggled.connect(self.predictor.enable)
        self.act["predict"].toggled.connect(self.stage.leave_out_captions)
        self.predict_bar.closed.connect(self.act["predict"].toggle)
        self.desk.said.connect(self.footer.say)
        self.desk.laid_out.connect(self._tie)
        self._tie(self._panels())
        self.controls.submitted.connect(self._submit)
        self.stage.submitted.connect(self._submit)

    def _tie(self, panels: list[Panel]) -> None:
        """Let panels ask for moments, selections and positions."""
        for panel in panels:
            panel.woke.connect(self.session.player.relook)
            panel.picked.connect(self._pick)
            panel.jumped.connect(self.session.seek)

    def _slots(self) -> dict[str, Callable[[], object]]:
        session = self.session
        return {
            "new_machine": self._new_machine,
            "open": self.files.ask_open,
            "save": self.files.ask_save,
            "export": self._export,
            "quit": self.close,
            "undo": session.undo,
            "redo": session.redo,
            "go_on": session.go_on_from_here,
            "cancel": self.footer.cancel,
            "play": session.conductor.toggle,
            "jump": self._jump,
            "to_start": self._to_start,
            "to_end": session.conductor.run_all,
            "faster": self._faster,
            "slower": self._slower,
            "zoom_in": self.stage.zoom_in,
            "zoom_out": self.stage.zoom_out,
            "zoom_whole": self.stage.zoom_whole,
            "next_node": self.stage.next_node,
            "next_pane": self._next_pane,
            "previous_pane": self._previous_pane,
            "reset_layout": self.reset_layout,
            "palette": self._palette,
            "shortcuts": self._shortcuts,
            "trust": self._trust,
            "differences": self._differences,
        }

    def _panels(self) -> list[Panel]:
        own = [self.stage, self.lecture, self.lectern.notes, *(dock.panel for dock in self.docks.values())]
        return [*own, *self.desk.panels]

    def childEvent(self, event: QChildEvent) -> None:
        """Name the bars of tabs that Qt makes for docks that lie on each other."""
        child = event.child()
        if event.polished() and isinstance(child, QTabBar):
            child.setAccessibleName("Panels that lie on each other")
        super().childEvent(event)

    # --- the keyboard's way

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the keys mean wherever nobody else wanted them: Return presses, Escape leads to the middle."""
        if event.key() == Qt.Key.Key_Escape:
            self.centre.setFocus(focus.BY_KEY)
        elif not focus.press(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001 - Qt's signature
        """Go on with Tab; a dock behind others comes to the front when the focus enters it."""
        moved = super().focusNextPrevChild(forward)
        for dock in self.findChildren(Dock):
            if not dock.seen and focus.holds(dock):
                dock.raise_()
        return moved

    def _next_pane(self) -> None:
        focus.go_on(self._panes(), 1)

    def _previous_pane(self) -> None:
        focus.go_on(self._panes(), -1)

    def _panes(self) -> list[tuple[QWidget, QWidget]]:
        docks = [(dock, dock.entrance) for dock in self.findChildren(Dock) if dock.seen and not dock.isFloating()]
        return [(self.transport, self.transport), (self.centre, self.centre), *docks]

    # --- every frame

    def showEvent(self, event: QShowEvent) -> None:
        """Start the clock when there is something to see."""
        super().showEvent(event)
        self.stage.setFocus()
        self._timer.start()
        self._tell_if_cramped()

    def _frame(self) -> None:
        now = time.monotonic()
        self.session.advance(min(now - self._clock, LONGEST_FRAME_S))
        self._clock = now
        self.tasks.look(now)
        self.predictor.look()
        self.desk.follow()
        self._frames += 1
        if self._frames == PICTURES_FIRST:
            self.session.core.room.release()
        running = self.session.player.running
        moment = self.session.player.take_moment()
        self.desk.offer(moment, hurried=running and self._frames % CALM_EVERY != 0)
        if moment is None:
            return
        for number, panel in enumerate(self._panels()):
            # Panels that are read take turns, so that no frame has to draw them all.
            panel.offer(moment, hurried=running and (self._frames + number) % CALM_EVERY != 0)
        self.footer.show_place(moment)
        self.footer.show_losses(self.session.player.marks.losses)

    # --- what the session says

    def _story_opened(self) -> None:
        trace = self.session.trace
        for panel in self._panels():
            panel.follow(self.session.player.course)
        self.transport.show_story(trace.meta.title, trace.meta.policy)
        self.setWindowTitle(f"{trace.meta.title} – MemSim" if trace.meta.title else "MemSim")

    def _running_changed(self, running: bool) -> None:  # noqa: FBT001 - a Qt slot
        self.act.show_running(running=running)
        self.session.player.relook()

    def _rejected(self, command: object, reason: str) -> None:
        if command is not None:
            self.controls.reject(reason)
        self.footer.say(reason)

    def _history_changed(self, report: Report) -> None:
        self.act.show_history(report)
        self.footer.show_checkpoints(report.checkpoints)
        self.controls.show_tunables(report.tunables)

    def _look(self, camera: Camera) -> None:
        """Bring the panel to the front that a step is about, if it is open, and let it show that."""
        default = "page_inspector" if camera.pfn >= 0 else ""
        dock = self.docks.get(CAMERA_DOCKS.get(camera.show, default))
        if dock and not dock.isHidden():
            dock.come_forward()
            dock.panel.turn_to(camera)

    def _pick(self, selection: Selection) -> None:
        if not self.predictor.pick(selection.frame):
            self.session.player.select(selection)

    # --- what the person does

    def _step(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.session.conductor.step(*action.data())

    def _to_start(self) -> None:
        self.session.seek(0)

    def _faster(self) -> None:
        self._change_speed(1)

    def _slower(self) -> None:
        self._change_speed(-1)

    def _change_speed(self, rungs: int) -> None:
        player = self.session.player
        player.set_speed(player.speed_index + rungs)
        self.transport.show_speed(player.speed_index)

    def _export(self) -> None:
        if not len(self.session.trace):
            self.footer.say("nothing has happened yet that could be exported")
            return
        dialog = ExportDialog(self.exporter, snapshot(self.session.trace), self._settings, self)
        dialog.chosen.connect(self.tasks.export)
        dialog.open()

    def _submit(self, commands: list[Command]) -> None:
        self.session.submit(*commands)

    def _palette(self) -> None:
        ahead = partial(finding.look_ahead, self.session)
        offered = Offered(self.act, self.docks.values(), self._scenarios, self.files.open, self.use_theme)
        Palette(finding.offers(offered), self.session.submit, ahead, self._settings, self).open()

    def _counters(self) -> None:
        """Bring the counters to the front, which tell all that the delta strip has no room for."""
        self.docks["counters"].show()
        self.docks["counters"].raise_()

    def _trust(self) -> None:
        """List the checks; also where one of them has just stopped everything."""
        TrustDialog(self.session.trust, self.lecture if self.lecture.isVisible() else self).show()

    def _differences(self) -> None:
        help_page("where-the-model-differs", "Where the model differs from Linux", self).exec()

    def _jump(self) -> None:
        player = self.session.player
        jump_list(player.marks, player.pacing, self.session.seek, self).exec()

    def _shortcuts(self) -> None:
        sheet = ShortcutSheet([dock.action for dock in self.docks.values()], self.theme, self)
        sheet.said.connect(self.footer.say)
        sheet.open()

    def _new_machine(self) -> None:
        dialog = NewMachineDialog(self._settings, self)
        dialog.chosen.connect(self._open_machine)
        dialog.open()

    def _open_machine(self, table: dict[str, object]) -> None:
        self.session.show(open_machine(table))

    # --- look and layout

    def use_theme(self, name: str) -> None:
        """Dress everything in a shipped theme, and remember it."""
        self.theme = load_theme(name)
        self._settings.setValue("theme", name)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.theme)
        color, size = self.theme.color, SECTION_GAP
        self.act.paint(self.theme, size)
        for dock in self.docks.values():
            dock.paint_icons(color["text_soft"], color["asleep"], size)
        for panel in self._panels():
            panel.set_theme(self.theme)
        self.desk.use_theme(self.theme)
        self.session.player.relook()

    def _restore(self) -> None:
        """Bring back the layout of the last time, if it was written by a window like this one."""
        self._cramped = not arrangement.restore(self, self._settings) and self._cramped
        self.controls.remember(self._settings)
        self.charts.remember(self._settings)
        name = str(self._settings.value("theme", DEFAULT_THEME))
        self.use_theme(name if name in THEMES else DEFAULT_THEME)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go away at once, then remember the layout and end whatever runs."""
        self._timer.stop()
        self.desk.end()
        arrangement.save(self, self._settings)
        self.hide()
        self.lectern.close()
        self.exporter.cancel()
        self.files.close()
        self.session.close()
        super().closeEvent(event)
