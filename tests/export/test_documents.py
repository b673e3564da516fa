"""Exports that are no video: opened again by what reads them, and true to the trace."""

import csv
import json
import shutil
import subprocess
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from memsim_gui.engine.errors import InputError
from memsim_gui.export import table
from memsim_gui.export.frames import Stretch
from memsim_gui.export.moments import MOST, moments
from memsim_gui.export.run import export_trace
from memsim_gui.session.export_settings import Settings
from memsim_gui.trace import causes, counters, kinds, tables
from memsim_gui.trace.store import Meta, Trace
from tests.session.story import Story, by_hand, start_view

pytestmark = pytest.mark.usefixtures("qapp")

SMALL = Settings(size=(640, 360))


def export(tmp_path, ending, trace=None, settings=SMALL):
    out = tmp_path / f"a{ending}"
    export_trace(trace or by_hand(), out, settings)
    assert [path.name for path in tmp_path.iterdir()] == [out.name], "nothing is left beside it"
    return out


def test_a_table_tells_every_counter_at_its_position(tmp_path):
    trace = by_hand()
    with export(tmp_path, ".csv").open(encoding="utf-8", newline="") as file:
        rows = [{name: int(value) for name, value in row.items()} for row in csv.DictReader(file)]
    assert [row["position"] for row in rows] == list(range(len(trace) + 1))
    for row in (rows[0], rows[len(rows) // 2], rows[-1]):
        view = trace.view_at(row["position"])
        for name, value in counters.vmstat(view.counter, 1).items():
            assert row[name] == value, name
        assert row["now_ns"] == view.clock[0, tables.CLOCK_NOW_NS]
        assert row["swap_used"] == np.count_nonzero(view.swap_map)


def test_a_table_of_a_stretch_begins_and_ends_with_it():
    trace = by_hand()
    positions = table.rows_of(trace, Stretch(5, 20))
    assert (positions[0], positions[-1]) == (5, 20)


def test_parquet_holds_the_same_table(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    read = parquet.read_table(export(tmp_path, ".parquet"))
    columns = table.columns_of(by_hand(), Stretch(0, len(by_hand())))
    assert read.column_names == list(columns)
    for name, column in columns.items():
        assert read[name].to_pylist() == column.tolist()


def test_parquet_without_its_library_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"\.parquet needs pyarrow; accepted: \.csv"):
        export(tmp_path, ".parquet")
    assert list(tmp_path.iterdir()) == []


def reclaiming():
    story = Story()
    story.emit(kinds.COMMAND, 0, 0, 0, 0, 0)
    story.set(tables.TABLE_CLOCK, 0, tables.CLOCK_NOW_NS, 5_000)
    story.emit(kinds.RECLAIM_BEGIN, causes.WAKE_LOW, 0, 0, 12, 0)
    story.set(tables.TABLE_CLOCK, 0, tables.CLOCK_NOW_NS, 9_000)
    story.emit(kinds.RECLAIM_END, 0, 0, 0, 7, 0)
    story.emit(kinds.STALL, causes.STALL_IO, 0, 0, 1, 3_000)
    story.emit(kinds.RECLAIM_BEGIN, causes.STALL_DIRECT, 0, 0, 12, tables.ACTOR_DIRECT)
    return story.trace


def test_a_perfetto_trace_has_reclaim_stalls_and_counters_in_simulated_time(tmp_path):
    found = json.loads(export(tmp_path, ".perfetto-trace", reclaiming()).read_text(encoding="utf-8"))["traceEvents"]
    tracks = {(r["pid"], r["tid"]): r["args"]["name"] for r in found if r["ph"] == "M" and "tid" in r}
    kswapd = [
        (r["ph"], r["ts"]) for r in found if tracks.get((r["pid"], r.get("tid"))) == "kswapd0" and r["ph"] in "BE"
    ]
    assert kswapd == [("B", 5.0), ("E", 9.0)]
    (stall,) = (r for r in found if r["ph"] == "X")
    assert (stall["ts"], stall["dur"], tracks[stall["pid"], stall["tid"]]) == (6.0, 3.0, "editor")
    begun = [(r["pid"], r["tid"]) for r in found if r["ph"] == "B"]
    ended = [(r["pid"], r["tid"]) for r in found if r["ph"] == "E"]
    assert sorted(begun) == sorted(ended), "what begins ends, at the latest with the trace"
    assert {"nr_free_pages", "nr_inactive_anon"} <= {r["name"] for r in found if r["ph"] == "C"}


def test_a_drawing_is_svg_that_looks_like_the_picture(tmp_path):
    path = export(tmp_path, ".svg")
    root = ET.parse(path).getroot()  # noqa: S314 - our own file
    assert root.get("viewBox") == "0 0 640 360"
    drawn = QImage(640, 360, QImage.Format.Format_RGB32)
    drawn.fill(0)
    painter = QPainter(drawn)
    QSvgRenderer(str(path)).render(painter)
    painter.end()
    path.unlink()
    picture = QImage(str(export(tmp_path, ".png")))
    assert difference(drawn, picture) < 6


def difference(one, other):
    """Mean difference of two pictures, of 255."""
    arrays = [
        np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint8).astype(int)
        for image in (one, other)
    ]
    return np.abs(arrays[0] - arrays[1]).mean()


def test_a_storyboard_has_a_page_for_each_step(tmp_path):
    told = []
    export_trace(by_hand(), tmp_path / "a.pdf", SMALL, lambda *at: told.append(at))
    data = (tmp_path / "a.pdf").read_bytes()
    steps = len(by_hand().positions_of(kinds.STEP))
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == steps
    assert told == [(number, steps) for number in range(1, steps + 1)]


def test_moments_are_steps_or_commands_and_never_too_many():
    trace = by_hand()
    assert [moment.title for moment in moments(trace, Stretch(0, len(trace)))] == trace.labels.step_titles
    story = Story()
    for number in range(3 * MOST):
        story.emit(kinds.COMMAND, 0, 0, 0, number, 0)
    story.trace.labels.commands += [f"command {number}" for number in range(3 * MOST)]
    found = moments(story.trace, Stretch(0, len(story.trace)))
    assert (len(found), found[0].title, found[-1].title) == (MOST, "command 0", f"command {3 * MOST - 1}")
    assert len(moments(Trace(start_view(), Meta()), Stretch(0, 0))) == 1


def test_a_player_is_one_file_that_asks_nobody_for_anything(tmp_path):
    trace = by_hand()
    trace.labels.steps[0] = "</script><img src=x onerror=alert(1)>"
    page = export(tmp_path, ".html", trace, Settings(size=(320, 180), fps=1)).read_text(encoding="utf-8")
    assert "@VIDEO@" not in page
    assert "</script><img" not in page
    assert "http:" not in page.replace("http-equiv", "")
    assert "https:" not in page


@pytest.mark.slow
def test_a_browser_plays_the_player(tmp_path):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium here")
    path = export(tmp_path, ".html", settings=Settings(size=(640, 360), fps=5))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=15000", "--dump-dom"]
    done = subprocess.run(
        [chromium, *options, path.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )  # fmt: skip
    assert 'data-ready="yes"' in done.stdout, "the video has loaded and its length is known"
    assert done.stdout.count("chapter-mark") > len(by_hand().labels.step_titles)


def test_a_gif_has_every_frame_in_few_colours(tmp_path):
    av = pytest.importorskip("av")
    trace, settings = by_hand(), Settings(size=(321, 181), fps=5, start_step=3, stop_step=3)
    told = []
    export_trace(trace, tmp_path / "a.gif", settings, lambda *at: told.append(at))
    with av.open(str(tmp_path / "a.gif")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == told[-1][1]
    assert all(len(np.unique(frame.reshape(-1, 3), axis=0)) <= 256 for frame in frames)
    assert frames[0].std() > 10
