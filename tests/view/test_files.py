"""Opening and saving recordings beside the window, and offering what is intact or was left behind."""

import itertools
import threading
import time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel

from memsim_gui.engine import recording
from memsim_gui.scene.timeline.course import Course
from memsim_gui.session.background import Background
from memsim_gui.session.names import file_stem
from memsim_gui.view import files
from memsim_gui.view.offer import Offer
from tests.session.damaged import save_damaged
from tests.session.story import by_hand


@pytest.fixture
def saved(tmp_path):
    recording.save(by_hand(), tmp_path / "a.memsim")
    return tmp_path / "a.memsim"


@pytest.fixture
def stalled(monkeypatch):
    """Reading that goes on until it is cancelled, telling how far it is."""
    reads = []

    def endless(text, progress):
        reads.append(text)
        for done in itertools.count():
            progress(min(done, 10_000_000_000), 20_000_000_000)
            time.sleep(0.001)

    monkeypatch.setattr(files, "open_recording", endless)
    return reads


def test_reading_shows_how_far_it_is_and_can_be_cancelled(make_window, qtbot, stalled):
    window = make_window()
    before = window.session.trace
    window.files.open("large.memsim@step=3")
    qtbot.waitUntil(window.footer.progress.isVisible)
    assert window.footer.progress.format() == "opening %p %"
    window.footer.cancel_button.click()
    assert not window.footer.progress.isVisible()
    assert window.footer.currentMessage() == "opening was cancelled"
    window.files.close()
    assert window.session.trace is before
    assert stalled == ["large.memsim@step=3"]


def test_another_source_lets_go_of_what_is_read(make_window, qtbot, stalled, saved):
    window = make_window()
    window.files.open("large.memsim")
    qtbot.waitUntil(window.footer.progress.isVisible)
    with qtbot.waitSignal(window.session.opened, timeout=60_000):
        window.files.open("S1")
    assert window.session.trace.meta.title == "The life of one page"
    assert not window.footer.progress.isVisible() or "opening" not in window.footer.progress.format()
    assert (stalled, saved.exists()) == (["large.memsim"], True)
    window.session.player.pause()
    qtbot.waitUntil(lambda: not window.session.core.busy, timeout=60_000)


def test_closing_does_not_wait_for_what_is_read(make_window, qtbot, stalled):
    window = make_window()
    window.files.open("large.memsim")
    qtbot.waitUntil(lambda: bool(stalled))
    window.close()
    assert not window.isVisible()
    assert all(thread.isFinished() for thread in window.files.findChildren(Background))


def test_a_task_is_there_until_it_is_let_go(qtbot):
    home = QObject()
    task = Background(lambda _tell: None, home)
    with qtbot.waitSignal(task.finished):
        task.start()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert task.wait()


def test_what_is_saved_leaves_no_task_behind(make_window, qtbot, tmp_path):
    window = make_window()
    window.files.save(str(tmp_path / "a.memsim"))
    qtbot.waitUntil(lambda: not window.files.findChildren(Background), timeout=60_000)
    window.files.close()
    assert (tmp_path / "a.memsim").is_file()


def offers(window):
    return [offer for offer in window.findChildren(Offer) if offer.isVisible()]


def test_a_recording_is_opened_beside_the_window(make_window, qtbot, saved):
    window = make_window()
    with qtbot.waitSignal(window.session.opened):
        window.files.open(str(saved))
    assert len(window.session.trace) == len(by_hand())


def test_what_follows_a_recording_is_worked_out_beside_the_window_too(make_window, qtbot, saved, monkeypatch):
    made = []

    class Noted(Course):
        def __init__(self, trace):
            made.append(threading.current_thread() is threading.main_thread())
            super().__init__(trace)

    window = make_window()
    for room in ("opening", "session", "player"):
        monkeypatch.setattr(f"memsim_gui.session.{room}.Course", Noted)
    with qtbot.waitSignal(window.session.opened):
        window.files.open(str(saved))
    assert made == [False]
    player = window.session.player
    assert player.course.trace is player.trace
    assert player.course.pacing.total > 0


def test_what_is_intact_is_offered_and_opened_on_a_click(make_window, qtbot, tmp_path):
    save_damaged(tmp_path / "a.memsim")
    window = make_window()
    with qtbot.waitSignal(window.files.refused):
        window.files.open(str(tmp_path / "a.memsim"))
    (offer,) = offers(window)
    with qtbot.waitSignal(window.session.opened):
        offer.buttons["Open what is intact"].click()
    assert 0 < len(window.session.trace) < len(by_hand())
    assert not offers(window)


def test_an_offer_is_next_after_the_stage_and_gives_the_focus_back(make_window, qtbot, saved):
    window = make_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.files.offer_left_behind(saved)
    (offer,) = offers(window)
    window.stage.setFocus()
    qtbot.keyClick(window.stage, Qt.Key.Key_Tab)
    assert offer.buttons["Open it"].hasFocus()
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert window.stage.hasFocus()
    assert not offers(window)


def test_one_damaged_recording_is_asked_about_at_a_time(make_window, qtbot, tmp_path):
    window = make_window()
    for name in ("a", "b"):
        save_damaged(tmp_path / f"{name}.memsim")
        with qtbot.waitSignal(window.files.refused):
            window.files.open(str(tmp_path / f"{name}.memsim"))
        (offer,) = offers(window)
        assert offer.findChild(QLabel).text().startswith(f"{name}.memsim: not a whole recording: ")
    window.files.open("S1")
    assert not offers(window)


def test_an_offer_that_is_declined_changes_nothing(make_window, qtbot, tmp_path):
    save_damaged(tmp_path / "a.memsim")
    window = make_window()
    before = window.session.trace
    with qtbot.waitSignal(window.files.refused):
        window.files.open(str(tmp_path / "a.memsim"))
    offers(window)[0].buttons["Do not open"].click()
    assert window.session.trace is before


def test_what_was_left_behind_is_offered(make_window, qtbot, saved):
    window = make_window()
    window.files.offer_left_behind(saved)
    with qtbot.waitSignal(window.session.opened):
        offers(window)[0].buttons["Open it"].click()
    window.files.offer_left_behind(saved)
    offers(window)[0].buttons["Delete it"].click()
    assert not saved.exists()


def test_closing_waits_for_a_recording_that_is_being_saved(make_window, tmp_path):
    window = make_window()
    window.files.save(str(tmp_path / "b.memsim"))
    window.close()
    assert len(recording.load(tmp_path / "b.memsim")) == len(by_hand())


def test_an_offer_leaves_the_arrangement_and_the_menus_alone(make_window, qtbot, saved):
    first = make_window()
    first.showMaximized()
    qtbot.wait(20)
    first.close()
    window = make_window()
    window.files.offer_left_behind(saved)
    qtbot.wait(200)
    (offer,) = offers(window)
    assert window.centralWidget().isAncestorOf(offer)
    assert offer.width() == window.centre.width()
    for button in offer.buttons.values():
        assert offer.rect().contains(button.geometry())


def test_a_recording_is_named_after_its_story_and_goes_where_the_last_one_went(make_window, monkeypatch, tmp_path):
    window, asked = make_window(), []

    def choose(_parent, _title, offered, _filter):
        asked.append(offered)
        return str(tmp_path / "mine.memsim"), ""

    monkeypatch.setattr(files.QFileDialog, "getSaveFileName", choose)
    monkeypatch.setattr(window.files, "save", str)
    window.files.ask_save()
    window.files.ask_save()
    name = file_stem(window.session.trace.meta.title) + ".memsim"
    assert asked == [name, str(tmp_path / name)]
