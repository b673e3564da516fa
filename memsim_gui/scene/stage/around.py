"""Single pages on the stage by where they stand: those in a frame drawn around them, the one beside another."""

from collections.abc import Sequence

import numpy as np

from memsim_gui.scene.geometry import Floats
from memsim_gui.scene.stage.tokens import Frames, Tokens

ASIDE = 2.0  # what lies straight ahead is nearer than what lies aside


def single_pages(parts: Sequence[Tokens]) -> tuple[Frames, Floats, Floats]:
    """Return the frame of each token that is a single page, and its middle."""
    frames = [part.frame for part in parts] or [np.empty(0, np.int32)]
    xs = [part.x + part.size / 2 for part in parts] or [np.empty(0, np.float32)]
    ys = [part.y + part.size / 2 for part in parts] or [np.empty(0, np.float32)]
    found = np.concatenate(frames)
    single = found >= 0
    return found[single], np.concatenate(xs)[single], np.concatenate(ys)[single]


def inside(parts: Sequence[Tokens], left: float, top: float, right: float, bottom: float) -> list[int]:
    """Return the frames of the single pages whose middles lie between these edges."""
    frames, x, y = single_pages(parts)
    found: list[int] = frames[(left <= x) & (x < right) & (top <= y) & (y < bottom)].tolist()
    return found


def beside(parts: Sequence[Tokens], frame: int, right: int, down: int) -> int:
    """Return the frame of the single page next to that of `frame`; `right` or `down` is 1 or -1, the other 0.

    `frame` itself where nothing is in that direction; the first page where it is none here; -1 if there are no pages.
    """
    frames, x, y = single_pages(parts)
    here = np.flatnonzero(frames == frame)[:1]
    if not len(here):
        return int(frames[0]) if len(frames) else -1
    x, y = x - x[here], y - y[here]
    ahead, aside = x * right + y * down, np.abs(x * down) + np.abs(y * right)
    far = np.where(ahead > 0, ahead + ASIDE * aside, np.inf)
    return int(frames[np.argmin(far)]) if np.isfinite(far).any() else frame
