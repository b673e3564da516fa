"""The toolbar: scenario, transport, speed, policy, lecture, export."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QSlider, QToolBar, QToolButton, QWidget

from memsim_gui.session.player import NORMAL_SPEED, SPEEDS
from memsim_gui.view.actions import Actions
from memsim_gui.view.style import UNIT, set_property
from memsim_gui.view.widgets.choice import Choice

TRANSPORT = ("previous_step", "back", "play", "forward", "next_step")
SPEED_WIDTH = 22 * UNIT
SCENARIO_LETTERS, POLICY_LETTERS = 22, 18  # room asked for; a narrow bar gives less
POLICY_TITLES = {"two-list": "Two lists (Linux 6.1)", "lesson": "Lesson", "single-list": "Single list"}


def speed_text(factor: float) -> str:
    """Return a speed as a person reads it: "×4", "×1/8"."""
    return f"×{factor:.0f}" if factor >= 1 else f"×1/{1 / factor:.0f}"


class TransportBar(QToolBar):
    """The window's only toolbar.

    Signals:
        scenario_chosen: id of a shipped scenario.
        policy_chosen: name of a policy.
        speed_chosen: rung of the speed ladder.
    """

    scenario_chosen = Signal(str)
    policy_chosen = Signal(str)
    speed_chosen = Signal(int)

    def __init__(self, actions: Actions, scenarios: list[tuple[str, str]], policies: tuple[str, ...]) -> None:
        """Make the bar; `scenarios` are ids and titles."""
        super().__init__("Toolbar")
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._actions = actions
        self.scenarios = self._combo("Scenario", SCENARIO_LETTERS)
        for ident, title in scenarios:
            self.scenarios.addItem(f"{ident}  {title}", ident)
        self.policies = self._combo("Reclaim policy", POLICY_LETTERS)
        for name in policies:
            self.policies.addItem(POLICY_TITLES.get(name, name), name)
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self._speed_text = QLabel()
        self._lay_out()
        self._connect()
        self.show_speed(NORMAL_SPEED)

    @staticmethod
    def _combo(name: str, letters: int) -> Choice:
        combo = Choice(name)
        combo.setMinimumContentsLength(letters)
        combo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return combo

    def _lay_out(self) -> None:
        brand = QLabel("MemSim")
        brand.setProperty("role", "brand")
        self.addWidget(brand)
        self.addWidget(self.scenarios)
        self.addSeparator()
        for name in TRANSPORT:
            button = self._button(name)
            set_property(button, "role", "play" if name == "play" else "transport")
        self.addSeparator()
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setFixedWidth(SPEED_WIDTH)
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Speed  (+, −)")
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._speed_text.setProperty("role", "figure")
        self._speed_text.setFixedWidth(12 * UNIT)
        self.addWidget(self.speed)
        self.addWidget(self._speed_text)
        spring = QWidget()
        spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spring)
        self.addWidget(self.policies)
        for name, style in (
            ("lecture", Qt.ToolButtonStyle.ToolButtonTextOnly),
            ("export", Qt.ToolButtonStyle.ToolButtonTextBesideIcon),
        ):
            self._actions[name].setIconText(name.capitalize())
            self._button(name, style)

    def _button(self, name: str, style: Qt.ToolButtonStyle = Qt.ToolButtonStyle.ToolButtonIconOnly) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[name])
        button.setToolButtonStyle(style)
        button.setAccessibleName(self._actions[name].toolTip())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.addWidget(button)
        return button

    def _connect(self) -> None:
        self.scenarios.activated.connect(self._choose_scenario)
        self.policies.activated.connect(self._choose_policy)
        self.speed.valueChanged.connect(self._choose_speed)

    def _choose_scenario(self, row: int) -> None:
        self.scenario_chosen.emit(self.scenarios.itemData(row))

    def _choose_policy(self, row: int) -> None:
        self.policy_chosen.emit(self.policies.itemData(row))

    def _choose_speed(self, rung: int) -> None:
        self._speed_text.setText(speed_text(SPEEDS[rung]))
        self.speed_chosen.emit(rung)

    def show_speed(self, rung: int) -> None:
        """Show the speed in use."""
        self.speed.setValue(rung)
        self._speed_text.setText(speed_text(SPEEDS[rung]))

    def show_story(self, title: str, policy: str) -> None:
        """Show which scenario and policy are on screen; something else than a shipped one has no entry."""
        titles = [self.scenarios.itemText(row) for row in range(self.scenarios.count())]
        rows = [row for row, text in enumerate(titles) if text.endswith(title)] if title else []
        self.scenarios.setCurrentIndex(rows[0] if rows else -1)
        self.scenarios.setPlaceholderText(title)
        self.policies.setCurrentIndex(self.policies.findData(policy))
