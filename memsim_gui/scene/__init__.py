"""What to draw, and when: pure functions from a trace and a position to arrays. No Qt.

    pacing = Pacing.of(trace)                       # positions <-> seconds; pacing.extend() when the trace has grown
    position, fraction = pacing.position_at(12.5)   # and pacing.seconds_at(position), pacing.total
    scene = Scene(trace, (1920, 1080), painter.metrics, pacing)     # painter: paint.frame.FramePainter
    frame = scene.frame(view, position, fraction, selection, speed) # view = the ViewState at `position`
    painter.paint(qpainter, frame)

A Scene keeps caches for one trace and one size: make a new one when either changes (a resize is cheap). `selection` is
a frozenset of page frames. `speed` is how much faster than pacing's seconds the pictures run; it keeps motions visible.
"""

from memsim_gui.scene.frame import Scene, SceneFrame
from memsim_gui.scene.pacing import Pacing

__all__ = ["Pacing", "Scene", "SceneFrame"]
