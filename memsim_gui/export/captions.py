"""Captions as files of their own, for a video of the same stretch: SubRip (.srt) and WebVTT (.vtt)."""

from typing import NamedTuple

from memsim_gui.export.formats import SRT
from memsim_gui.export.frames import Stretch
from memsim_gui.scene import Pacing
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace


class Cue(NamedTuple):
    """A step's title and caption, and the seconds of the video in which they are shown."""

    begin: float
    end: float
    title: str
    text: str


def cues(trace: Trace, stretch: Stretch) -> list[Cue]:
    """Return the captions of the steps in a stretch, in order; none for a trace without steps."""
    pacing, labels = Pacing.of(trace), trace.labels
    begins = [at for at in trace.positions_of(kinds.STEP).tolist() if stretch.start <= at < stretch.stop]
    idents = [int(trace.events(at, at + 1)["ident"][0]) for at in begins]
    seconds = [pacing.seconds_at(at) - pacing.seconds_at(stretch.start) for at in (*begins, stretch.stop)]
    return [
        Cue(begin, end, labels.step_titles[ident], " ".join(labels.steps[ident].split()))
        for ident, begin, end in zip(idents, seconds[:-1], seconds[1:], strict=True)
        if ident < min(len(labels.steps), len(labels.step_titles))
    ]


def text_of(found: list[Cue], ending: str) -> str:
    """Return the text of a caption file, `ending` .srt or .vtt."""
    mark = "," if ending == SRT else "."
    parts = [] if ending == SRT else ["WEBVTT\n"]
    for number, cue in enumerate(found, 1):
        span = f"{_clock(cue.begin, mark)} --> {_clock(cue.end, mark)}"
        # An arrow or a tag in the text would be taken for the format's own.
        text = f"{cue.title}\n{cue.text}" if ending == SRT else _escaped(f"{cue.title}\n{cue.text}")
        parts.append(f"{number}\n{span}\n{text}\n")
    return "\n".join(parts)


def _clock(seconds: float, mark: str) -> str:
    milliseconds = round(1000 * seconds)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{mark}{rest % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
