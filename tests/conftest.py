"""What all tests share: a display-less Qt, golden files, and a guard against what a Qt test leaves behind."""

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

# The gate draws the same examples each time, so that it judges a change and not its luck; `test-all` draws new ones.
settings.register_profile("gate", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

GOLDEN = Path(__file__).parent / "golden"
QT_FIXTURES = {"qtbot", "qapp", "qtmodeltester"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether this run writes golden files instead of comparing with them."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def golden(*, update_golden: bool) -> Callable[[str, str], None]:
    """Compare a text with tests/golden/NAME, or write it there: golden("S1/vmstat.txt", text)."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update_golden:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is missing: sh packaging/dev golden writes it"
        assert text == path.read_text(encoding="utf-8")

    return compare


class Held(NamedTuple):
    """`begun`: the machine is at work on a command; `go`: it may go on."""

    begun: threading.Event
    go: threading.Event


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """A machine that stays busy with any command until it is let go: whoever waits for it waits for ever."""
    from memsim_gui.engine.history import History  # noqa: PLC0415 - most tests need no machine

    found = Held(threading.Event(), threading.Event())
    advance = History.advance

    def hold(history: History, budget_ops: int) -> bool:
        found.begun.set()
        found.go.wait()
        return advance(history, budget_ops)

    monkeypatch.setattr(History, "advance", hold)
    yield found
    found.go.set()


def left_behind() -> dict[int, str]:
    """Running threads, active timers and top-level widgets that exist now, by address."""
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer  # noqa: PLC0415 - most tests need no Qt
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415
    from shiboken6 import Shiboken  # noqa: PLC0415

    if not isinstance(QApplication.instance(), QApplication):
        return {}
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    found = {id(widget): f"top-level widget {widget!r}" for widget in QApplication.topLevelWidgets()}
    for wrapper in Shiboken.getAllValidWrappers():
        # The main thread has a wrapper too, as soon as anybody asks for it.
        if isinstance(wrapper, QThread) and wrapper.isRunning() and not wrapper.isCurrentThread():
            found[id(wrapper)] = f"running thread {wrapper!r}"
        elif isinstance(wrapper, QTimer) and wrapper.isActive():
            found[id(wrapper)] = f"active timer {wrapper!r}"
    return found


@pytest.fixture(autouse=True)
def leak_guard(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a Qt test that leaves a thread, a timer or a window alive: the next test would meet it."""
    if not QT_FIXTURES & set(request.fixturenames):
        yield
        return
    before = left_behind()
    yield
    left = [what for key, what in left_behind().items() if key not in before]
    if left:
        pytest.fail("left behind: " + ", ".join(left))
