"""The leak guard and the doctor do what the other tests rely on."""

import pytest

pytest_plugins = ["pytester"]

LEAKS = {
    "timer": "t = QTimer(qapp); t.start(1000); qapp.kept = t",
    "thread": "t = QThread(); t.start(); KEPT.append(t)",
    "window": "w = QWidget(); KEPT.append(w)",
}


@pytest.mark.parametrize("leak", LEAKS)
def test_the_guard_finds(leak, pytester, request):
    pytester.makeconftest((request.config.rootpath / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(f"""
        from PySide6.QtCore import QThread, QTimer
        from PySide6.QtWidgets import QWidget

        KEPT = []

        def test_leaves_something(qapp):
            {LEAKS[leak]}

        def test_cleans_up(qtbot):
            qtbot.addWidget(QWidget())
            for thread in KEPT:
                if isinstance(thread, QThread):
                    thread.quit()
                    thread.wait()
    """)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*left behind:*"])
