"""A page that plays the export in any browser: one file, no network (.html).

It carries the video, and beside it what the video cannot: chapters, captions as text, what each step changed, and marks
for events one wants to jump to. Page: resources/player/player.html.
"""

import base64
import html
import json
from pathlib import Path
from typing import Any

import numpy as np

from memsim_gui import resources
from memsim_gui.export.job import Job
from memsim_gui.export.moments import Moment, moments
from memsim_gui.export.perfetto import SHOWN
from memsim_gui.paint import Theme
from memsim_gui.scene import Pacing
from memsim_gui.trace import counters, kinds, tables
from memsim_gui.trace.store import Cursor, Trace
from memsim_gui.trace.view_state import ViewState

MOST_MARKS = 200
BASE64_CHUNK = 3 << 20  # a multiple of three, so that the pieces join
COLOURS = {
    "ground": "ground", "panel": "panel", "edge": "panel_edge", "text": "text", "soft": "text_soft",
    "accent": "accent", "on-accent": "accent_text", "warning": "warning", "danger": "danger",
}  # fmt: skip
VIDEO_HERE, DATA_HERE, TITLE_HERE, STYLE_HERE = "@VIDEO@", "@DATA@", "@TITLE@", "@COLOURS@"


def write_html(job: Job, theme: Theme, video: Path, path: Path) -> None:
    """Write the page that plays a video of the job. OSError if that fails."""
    page = resources.path("player", "player.html").read_text(encoding="utf-8")
    colours = ";".join(f"--{name}:{theme.color[token].name()}" for name, token in COLOURS.items())
    # A caption could hold the tag that ends the data.
    data = json.dumps(contents(job), ensure_ascii=False).replace("<", "\\u003c")
    page = page.replace(STYLE_HERE, colours).replace(TITLE_HERE, html.escape(job.trace.meta.title or "MemSim"))
    before, after = page.replace(DATA_HERE, data).split(VIDEO_HERE)
    with path.open("w", encoding="utf-8") as file, video.open("rb") as source:
        file.write(before)
        while piece := source.read(BASE64_CHUNK):
            file.write(base64.b64encode(piece).decode("ascii"))
        file.write(after)


def contents(job: Job) -> dict[str, Any]:
    """Return what the page tells beside the video: title, chapters with their changes, and marks; times in seconds."""
    pacing = Pacing.of(job.trace)
    zero = pacing.seconds_at(job.stretch.start)

    def seconds(position: int) -> float:
        return round(pacing.seconds_at(position) - zero, 3)

    cursor = Cursor(job.trace, job.stretch.start)
    chapters = [_chapter(cursor, moment, seconds(moment.begin)) for moment in moments(job.trace, job.stretch)]
    marks = [{"at": seconds(at), "what": what} for at, what in _marks(job)]
    return {"title": job.trace.meta.title, "model": job.trace.meta.footer, "chapters": chapters, "marks": marks}


def _chapter(cursor: Cursor, moment: Moment, begin: float) -> dict[str, Any]:
    before = _shown(cursor.seek(moment.begin))
    after = _shown(cursor.seek(moment.end))
    changes = [[name, after[name] - before[name], after[name]] for name in SHOWN if after[name] != before[name]]
    return {"at": begin, "title": moment.title, "text": moment.text, "changes": changes}


def _shown(view: ViewState) -> dict[str, int]:
    return counters.vmstat(view.counter, len(view.node)) | {"swap_used": int(np.count_nonzero(view.swap_map))}


def _marks(job: Job) -> list[tuple[int, str]]:
    """Positions of what one wants to jump to, with a word for each."""
    trace, stretch = job.trace, job.stretch
    out = [(at, _reclaimer(trace, at)) for at in _inside(trace, kinds.RECLAIM_BEGIN, stretch.start, stretch.stop)]
    out += [(at, "OOM kill") for at in _inside(trace, kinds.OOM_KILL, stretch.start, stretch.stop)]
    return sorted(out)


def _inside(trace: Trace, kind: int, start: int, stop: int) -> list[int]:
    found = trace.positions_of(kind)
    inside = found[(found >= start) & (found < stop)]
    some: list[int] = inside[:: max(1, -(-len(inside) // MOST_MARKS))].tolist()
    return some


def _reclaimer(trace: Trace, at: int) -> str:
    actor = int(trace.events(at, at + 1)["value"][0])
    return {tables.ACTOR_DIRECT: "direct reclaim", tables.ACTOR_REQUEST: "reclaim on request"}.get(
        actor, f"kswapd{actor} wakes"
    )
