"""A whole picture at one moment: title, stage, caption with the delta strip, legend and footer; lab or lecture."""

from math import ceil
from typing import NamedTuple

import numpy as np

from memsim_gui.scene import marks, ruler, words
from memsim_gui.scene.cuts import Cuts
from memsim_gui.scene.delta import Baseline, Change, begin_of, changes
from memsim_gui.scene.geometry import Metrics, Rect
from memsim_gui.scene.moment import AS_USUAL, Manner, Moment
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.ruler import FileRuler, Rulers
from memsim_gui.scene.stage.frame import StageFrame
from memsim_gui.scene.stage.whole import StageScene
from memsim_gui.scene.telling import Teller
from memsim_gui.scene.timeline.history import History
from memsim_gui.trace import kinds, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState


class Composition(NamedTuple):
    """Where the parts of a picture are."""

    title: Rect  # height 0: no title line
    stage: Rect
    caption: Rect
    footer: Rect
    caption_size: float  # type size of the caption's text; 0: there is none
    ruler: Rect  # of a file, between stage and caption; height 0: there is none


class Caption(NamedTuple):
    """What the step is about and what it has changed so far."""

    title: str
    text: str
    step: int  # from 1, 0 before the first
    steps: int
    changes: tuple[Change, ...]
    why: str  # what is happening right now, and why


class SceneFrame(NamedTuple):
    """Everything a painter needs for one picture."""

    size: tuple[float, float]
    composition: Composition
    stage: StageFrame
    title: str
    caption: Caption
    footer: str
    legend: tuple[tuple[int, str], ...]  # mark and its name
    alert: str  # what must not be missed: a kill, a refusal
    ruler: FileRuler | None = None


def composition(
    size: tuple[float, float], m: Metrics, caption_letters: int = 0, *, ruler_height: float = 0.0
) -> Composition:
    """Divide a picture; the caption has room for `caption_letters`, in two lines if type can be that small.

    Without any letters all that is left of it is a low bar.
    """
    width, height = size
    edge = 8 * m.unit if m.lecture else 2 * m.unit
    title_height = 1.9 * m.title if m.lecture else 0.0
    footer_height = 2.3 * m.small
    room = width - 2 * edge - 10 * m.unit
    largest = m.caption if m.lecture else m.body
    fitting = 2 * room / (LETTER_WIDTH * max(1, caption_letters))
    type_size = min(largest, max(fitting, SMALLEST_CAPTION_SHARE * largest))
    lines = min(3, ceil(caption_letters * LETTER_WIDTH * type_size / room - ROUNDING))
    words = lines * LINE_HEIGHT * type_size
    if not m.lecture:  # the step's title, and why what happens does: without a caption side by side
        words += 1.6 * m.caption + (1.5 * m.body if lines else 0.0)
    caption_height = words + 1.8 * m.mono + 6 * m.unit
    title = Rect(edge, 0.25 * title_height, width - 2 * edge, 0.75 * title_height)
    footer = Rect(edge, height - footer_height, width - 2 * edge, footer_height)
    caption = Rect(edge, footer.y - caption_height, width - 2 * edge, caption_height)
    stage_edge = 0.0 if m.lecture else edge
    gap = 3 * m.unit if m.lecture else 2 * m.unit
    top = title.bottom if m.lecture else edge
    low = (
        caption._replace(y=caption.y - gap - ruler_height, h=ruler_height) if ruler_height else caption._replace(h=0.0)
    )
    stage = Rect(stage_edge, top, width - 2 * stage_edge, low.y - gap - top)
    return Composition(title, stage, caption, footer, type_size if lines else 0.0, low)


LETTER_WIDTH = 0.535  # of a letter in em, on average and with the waste at line ends
SMALLEST_CAPTION_SHARE = 0.8  # of its normal type size
ROUNDING = 1e-6
LINE_HEIGHT = 1.25


class Scene:
    """Makes SceneFrames of a trace at one size; keeps what does not change from frame to frame."""

    def __init__(
        self,
        trace: Trace,
        size: tuple[float, float],
        metrics: Metrics,
        pacing: Pacing | None = None,
        history: History | None = None,
        *,
        captions: bool = True,
    ) -> None:
        """Lay a picture out; `metrics` come from the painter that will paint it. `captions`: with the steps' texts."""
        self.trace, self.size = trace, size
        self.pacing = pacing or Pacing.of(trace)
        self._captions = trace.labels.steps if captions else []
        self._rulers, self._metrics = Rulers(trace, self.pacing), metrics
        high = ruler.height(metrics) if self._rulers.wanted else 0.0
        letters = max(map(len, self._captions), default=0)
        self.composition = composition(size, metrics, letters, ruler_height=high)
        self.stage = StageScene(trace, self.pacing, self.composition.stage, metrics, history or History(trace))
        self._baseline, self._stepped = Baseline(trace), Baseline(trace)
        self._teller = Teller(trace, self.pacing)
        self._begins = np.empty(0, np.int64)
        self._steps = np.empty(0, np.int64)
        self._step_numbers = np.empty(0, np.int64)
        self._lost = np.empty(0, np.int64)  # events lost up to and with each loss
        self._cuts, self._known = Cuts(trace), -1

    @property
    def outgrown(self) -> bool:
        """Whether the trace has gained what this division of the picture has no place for, or lost what it has."""
        return self._rulers.wanted != bool(self.composition.ruler.h)

    def frame(  # noqa: PLR0913, PLR0917 - all that tells one picture from another
        self,
        view: ViewState,
        position: int,
        fraction: float = 0.0,
        selection: frozenset[int] = frozenset(),
        speed: float = 1.0,
        since: int = -1,
        manner: Manner = AS_USUAL,
    ) -> SceneFrame:
        """Return the picture of `view`, the state at `position`, with event `position` played to `fraction`.

        The delta strip tells what has changed since the position `since`; -1 = since the scenario's step began.
        """
        self._extend()
        played = position + (fraction > 0)  # the event at `position` counts once it has begun
        begin = begin_of(played, self._begins)
        self._baseline.follow(begin, view)
        grown = self._baseline.since(view)
        seconds = self.pacing.seconds_at(position)
        if fraction > 0:
            seconds += fraction * self.pacing.length_of(position)
        moment = Moment(view, position, fraction, seconds, speed, selection, manner)
        waited = int(view.clock[0, tables.CLOCK_NOW_NS]) - self._baseline.now_ns
        stage = self.stage.frame(moment, self._span(begin), grown, waited)
        return SceneFrame(
            size=self.size,
            composition=self.composition,
            stage=stage,
            title=self.trace.meta.title,
            caption=self._caption(moment, played, since),
            footer=self._footer(view, position, stage),
            legend=tuple(marks.MARK_NAMES.items()),
            alert=self._teller.alert(moment),
            ruler=self._ruler(view, played, (begin, waited)),
        )

    def _ruler(self, view: ViewState, played: int, step: tuple[int, int]) -> FileRuler | None:
        place = self.composition.ruler
        return self._rulers.at(view, played, step, place, self._metrics) if place.h else None

    def _span(self, begin: int) -> tuple[int, int]:
        """From the beginning of a step to that of the next."""
        row = int(np.searchsorted(self._begins, begin, side="right"))
        return begin, int(self._begins[row]) if row < len(self._begins) else self._known

    def _extend(self) -> None:
        """Take in what the trace has gained (or lost by an undo)."""
        if not self._cuts.below(self._known) and len(self.trace) == self._known:
            return
        self._known = len(self.trace)
        self.pacing.extend()
        self.stage.history.extend()
        steps = self._steps = self.pacing.begins(kinds.STEP)
        self._step_numbers = self.pacing.idents(kinds.STEP)
        after = int(steps[-1]) if len(steps) else -1
        commands = self.pacing.begins(kinds.COMMAND)
        # Within a scenario the strip tells a whole step; commands given by hand afterwards are told one by one.
        self._begins = np.concatenate([steps, commands[commands > after][1:]])

    def _caption(self, moment: Moment, played: int, since: int) -> Caption:
        labels = self.trace.labels
        row = int(np.searchsorted(self._steps, max(played, int(self._steps[0]) + 1))) - 1 if len(self._steps) else -1
        step = int(self._step_numbers[row]) + 1 if row >= 0 else 0
        text = self._captions[step - 1] if 0 < step <= len(self._captions) else ""
        title = labels.step_titles[step - 1] if 0 < step <= len(labels.step_titles) else ""
        baseline = self._baseline
        if 0 <= since <= moment.position:
            baseline = self._stepped
            baseline.follow(since, moment.view)
        listed = changes(baseline, moment.view, self.trace.meta.first_pfn, plain=moment.manner.plain)
        return Caption(title, text, step, len(labels.steps), tuple(listed), self._teller.why(moment))

    def _footer(self, view: ViewState, position: int, stage: StageFrame) -> str:
        clock = view.clock[0]
        parts = [
            self.trace.meta.footer,
            f"t = {words.duration(int(clock[tables.CLOCK_NOW_NS]))} simulated",
            f"op {words.grouped(int(clock[tables.CLOCK_OP]))}",
        ]
        if not stage.layout.nodes[0].header.h and stage.block_pages > 1:
            parts.append(words.block(stage.block_pages))
        lost = self._lost_before(position)
        if lost:
            parts.append(f"{words.grouped(lost)} events lost")
        return " · ".join(parts)

    def _lost_before(self, position: int) -> int:
        losses = self.trace.positions_of(kinds.LOST)
        if len(losses) != len(self._lost):
            counts = [int(self.trace.events(at, at + 1)["value"][0]) for at in losses.tolist()]
            self._lost = np.cumsum(counts, dtype=np.int64)
        before = int(np.searchsorted(losses, position))
        return int(self._lost[before - 1]) if before else 0
