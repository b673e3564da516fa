"""A monkey at the keyboard and the mouse: it finds every control there is, and uses each as a person could."""

import random
import string
import time

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollBar,
    QTabBar,
    QWidget,
)

from memsim_gui.view.panel import Panel
from tests.view import properties

LEAVES = {"quit"}  # actions that would end the round
KEYS = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Backspace,
    Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_1, Qt.Key.Key_C, Qt.Key.Key_P, Qt.Key.Key_S, Qt.Key.Key_Z,
)  # fmt: skip
TYPED = ("64", "0x1000", "10 MiB", "-1", "2560p", "heap", "mlock heap 0 100000", "99999999999999999999", "é✓", "")
PATIENCE_S = 10  # for a question to be asked
FAST = 7  # rung of the ladder of speeds
LEFT = Qt.MouseButton.LeftButton


class Monkey:
    """Uses a window. `reached` are the names of what it has used, `known` of all that it has seen."""

    def __init__(self, window, seed):
        self.window, self.rng = window, random.Random(seed)
        self.reached, self.known = set(), set()

    # --- finding

    def actions(self):
        """Actions of the window and its menus that can be triggered, by name."""
        found, menus = list(self.window.actions()), [self.window.menuBar()]
        while menus:
            within = menus.pop().actions()
            menus += [action.menu() for action in within if action.menu()]
            found += [action for action in within if not action.menu() and not action.isSeparator()]
        return {self.name_of(action): action for action in found if action.objectName() not in LEAVES}

    @staticmethod
    def name_of(action):
        """An action's own name, since its words may change."""
        return action.objectName() or action.text()

    def controls(self, root, *, visible=True):
        """Controls of a window."""
        found = [w for w in root.findChildren(QWidget) if isinstance(w, (*properties.INTERACTIVE, Panel))]
        own = [w for w in found if w.window() is root.window() and not _is_part(w)]
        return [w for w in own if not visible or (w.isVisible() and w.isEnabled())]

    # --- using

    def use(self, widget):
        """Use a control, in a way that suits it."""
        self.reached.add(widget)
        if isinstance(widget, QComboBox):
            widget.setFocus()
            QTest.keyClick(widget, self.rng.choice((Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End)))
        elif isinstance(widget, QAbstractSpinBox):
            self.step(widget)
        elif isinstance(widget, QLineEdit):
            self.type(widget)
            QTest.keyClick(widget, Qt.Key.Key_Return)
        elif isinstance(widget, QTabBar):
            tab = self.rng.randrange(max(1, widget.count()))
            QTest.mouseClick(widget, LEFT, pos=widget.tabRect(tab).center())
        elif isinstance(widget, QAbstractButton):
            QTest.mouseClick(widget, LEFT)
        else:
            self._roam(widget)
        self.answer()

    def type(self, line):
        """Type something over what stands in a line."""
        line.selectAll()
        text = self.rng.choice(TYPED) or self.rng.choice(string.printable[:90])
        if text.isascii():
            QTest.keyClicks(line, text)
        else:
            line.insert(text)

    def step(self, field):
        """Type something or not, and step it by a key or an arrow."""
        if self.rng.random() < 0.5:
            self.type(field.lineEdit())
        QTest.keyClick(field, self.rng.choice((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_Return)))
        QTest.mouseClick(field, LEFT, pos=QPoint(field.width() - 4, self.rng.choice((4, field.height() - 4))))

    def _roam(self, widget):
        """Click, turn the wheel and press keys anywhere on a widget."""
        target = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
        if not target.width() or not target.height():
            return
        at = QPoint(self.rng.randrange(target.width()), self.rng.randrange(target.height()))
        QTest.mouseMove(target, at)
        QTest.mouseClick(target, self.rng.choice((LEFT, Qt.MouseButton.RightButton)), pos=at)
        if widget.isVisible():
            self.turn(target, at)
            QTest.keyClick(widget, self.rng.choice(KEYS))

    def turn(self, widget, at):
        """Turn the wheel over a place."""
        spot, turned = QPointF(at), QPoint(0, self.rng.choice((-120, 120)))
        none, held = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(
            spot,
            widget.mapToGlobal(spot),
            QPoint(),
            turned,
            none,
            held,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def press(self, widget):
        """Press a key."""
        QTest.keyClick(widget, self.rng.choice(KEYS))
        self.answer()

    def trigger(self, name):
        """Trigger an action, and answer what it asks."""
        action = self.actions().get(name)
        self.reached.add(name)
        if action is not None and action.isEnabled():
            action.trigger()
        self.answer()
        self.lecture()

    def answer(self):
        """Use each control of the dialogs and menus that are open, then close them."""
        for _ in range(3):
            QApplication.processEvents()
            popup = QApplication.activePopupWidget()
            if popup:
                QTest.keyClick(popup, Qt.Key.Key_Escape)
                popup.close()
            dialog = QApplication.activeModalWidget()
            if dialog is None:
                return
            self.use_dialog(dialog)

    def use_dialog(self, dialog):
        """Use each control of a dialog once, in random order, and close it if that has not."""
        controls = self.controls(dialog)
        self.rng.shuffle(controls)
        for widget in controls:
            if QApplication.activeModalWidget() is not dialog:
                return
            self.reached.add(f"{dialog.windowTitle()}: {widget.accessibleName() or widget.text()}")
            if isinstance(widget, QAbstractButton):
                continue  # they close it: one at the end
            if isinstance(widget, QComboBox):
                QTest.keyClick(widget, Qt.Key.Key_Down)
            elif isinstance(widget, QAbstractSpinBox):
                self.step(widget)
            elif isinstance(widget, QLineEdit):
                self.type(widget)
            elif isinstance(widget, QAbstractItemView):
                QTest.keyClick(widget, Qt.Key.Key_Down)
        buttons = [w for w in controls if isinstance(w, QAbstractButton)]
        if buttons and self.rng.random() < 0.7:
            QTest.mouseClick(self.rng.choice(buttons), LEFT)
        if QApplication.activeModalWidget() is dialog:
            dialog.close()

    def lecture(self):
        """Press a presenter's keys, and leave."""
        view = self.window.lecture
        if not view.isVisible():
            return
        for _ in range(12):
            if view.isVisible():
                QTest.keyClick(view, self.rng.choice(KEYS))
        if view.isVisible():
            QTest.keyClick(view, Qt.Key.Key_F5)
        if view.isVisible():
            self.window.act["lecture"].trigger()

    # --- rounds

    def visit_all(self):
        """Use each action, each panel and each control once, also those that only come to sight by using others."""
        self._bring_about()  # first: the story at hand asks questions, another machine may not
        for name in sorted(self.actions()):
            self.trigger(name)
        self.window.reset_layout()
        for dock in self.window.docks.values():
            dock.show()
            dock.raise_()
            QTest.qWait(30)
            self._visit(dock)
        self._visit(self.window)

    def _bring_about(self):
        """Use what only a task under way or a question asked brings to sight."""
        window = self.window
        window.footer.show_task("running", 0, 1)
        self.use(window.footer.cancel_button)
        window.footer.end_task("running")
        window.session.player.set_speed(FAST)
        window.act["predict"].setChecked(True)
        window.session.seek(0)
        window.session.seek(0)
        window.session.player.play()
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self._unused(window.predict_bar):
            if fresh := self._fresh(window.predict_bar):
                reveal = window.predict_bar.reveal
                self.use(reveal if reveal in fresh else fresh[0])  # one a question: an answer ends it
            window.session.player.play()
            QTest.qWait(30)
        window.act["predict"].setChecked(False)

    def _fresh(self, root):
        return [w for w in self.controls(root) if w not in self.reached]

    def _visit(self, root):
        for _ in range(8):
            fresh = self._fresh(root)
            if not fresh:
                return
            for widget in fresh:
                if not widget.isVisible() or not widget.isEnabled():
                    continue
                if isinstance(widget, QComboBox):
                    self._each_row(root, widget)
                self.use(widget)

    def _each_row(self, root, combo):
        """Choose each row, and use what it brings to sight."""
        for row in range(min(combo.count(), 12)):
            combo.setCurrentIndex(row)
            for widget in self.controls(root):
                if widget not in self.reached and not isinstance(widget, QComboBox):
                    self.use(widget)

    def _unused(self, root):
        left = [w for w in self.controls(root, visible=False) if w not in self.reached]
        return [w for w in left if not isinstance(w, QPushButton) or w.text() or not w.icon().isNull()]

    def missed(self):
        """Controls and actions never used; a button without words or picture is a spare that waits for its words."""
        bar = self.window.predict_bar  # its controls wait for a question; tests of their own ask one
        controls = [w for w in self._unused(self.window) if not bar.isAncestorOf(w)]
        return sorted(properties.name_of(w) for w in controls) + sorted(set(self.actions()) - self.reached)

    def act(self):
        """Do anything."""
        choice = self.rng.random()
        if choice < 0.25:
            self.trigger(self.rng.choice(sorted(self.actions())))
        elif choice < 0.35:
            self.press(self.window.stage)
        else:
            controls = self.controls(self.window)
            self.use(self.rng.choice(controls) if controls else self.window.stage)


def _is_part(widget):
    """Whether a widget comes with another one: a scroll bar, the line of a combo box, an arrow of a bar of tabs."""
    if isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_"):
        return True
    if type(widget).__name__ in {"QHeaderView", "QTableCornerButton", "QComboBoxListView"}:
        return True
    at = widget.parentWidget()
    while at is not None:
        if isinstance(at, QComboBox | QMenu | QTabBar) or type(at).__name__ == "QComboBoxPrivateContainer":
            return True
        at = at.parentWidget()
    return isinstance(widget, QAbstractSlider) and not widget.accessibleName()
