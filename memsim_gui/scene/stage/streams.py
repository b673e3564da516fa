"""Streams and flows: moves too many to follow one by one, told by way with their number."""

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks, plain_words, words
from memsim_gui.scene.ease import in_out
from memsim_gui.scene.geometry import Rect, place
from memsim_gui.scene.moment import Moment, Moves, Window, moves_on
from memsim_gui.scene.stage import flights as fl
from memsim_gui.scene.stage import routes
from memsim_gui.scene.stage.frame import StageFrame
from memsim_gui.scene.stage.layout import NodeBox
from memsim_gui.scene.stage.tokens import BATCHES, LISTS, PASSING, NodeTokens, Tokens
from memsim_gui.trace import kinds, lanes
from memsim_gui.trace.view_state import ViewState

MOST_WAYS = 6
OVER_TOKENS = 3
LEAVING_SHARE = 0.35  # of the way from the gauge's level to its bottom: where new pages leave
STREAM_TOKEN_UNITS = 3.2  # largest side of a token in a stream
LANES = lanes.LANES_PER_NODE
_PASSING = np.isin(np.arange(256) % LANES, PASSING)
_LIST_OF_ROLE = {
    marks.ACTIVE_ANON: lanes.ACTIVE_ANON,
    marks.INACTIVE_ANON: lanes.INACTIVE_ANON,
    marks.ACTIVE_FILE: lanes.ACTIVE_FILE,
    marks.INACTIVE_FILE: lanes.INACTIVE_FILE,
    marks.UNEVICTABLE: lanes.INACTIVE_ANON,
    marks.FRESH: lanes.INACTIVE_ANON,
}


def origins(view: ViewState, seen: Window) -> dict[int, int]:
    """List from which each isolated page was taken: as its last move says, else as its flags say."""
    out: dict[int, int] = {}
    if view.lane_pages[lanes.ISOLATED :: LANES].any():
        frames = np.flatnonzero(view.lane % LANES == lanes.ISOLATED).astype(np.int32)
        roles = marks.roles_of(view, frames).tolist()
        out = {frame: _LIST_OF_ROLE[role] for frame, role in zip(frames.tolist(), roles, strict=True)}
    events = seen.events
    taken = events[(events["kind"] == kinds.MOVE) & (events["dst"] % LANES == lanes.ISOLATED)]
    sources = taken["src"] % LANES
    known = np.isin(sources, LISTS[:4])
    out.update(zip(taken["ident"][known].tolist(), sources[known].tolist(), strict=True))
    return out


def list_of(view: ViewState, frame: int) -> int:
    """List that a page's flags name."""
    return _LIST_OF_ROLE[int(marks.roles_of(view, np.array([frame], np.int32))[0])]


def _bays(moves: Moves, view: ViewState, seen: Window) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Sources and destinations of moves as places.

    Isolated pages are in the bay of the list they came from.
    """
    src, dst = moves.src % LANES, moves.dst % LANES
    _skip_stations(src, moves, seen)
    known = origins(view, seen)
    for place_of in (src, dst):
        for row in np.flatnonzero(place_of == lanes.ISOLATED).tolist():
            frame = int(moves.frame[row])
            place_of[row] = routes.BAY + (known[frame] if frame in known else list_of(view, frame))
    return src, dst


def _skip_stations(src: npt.NDArray[np.int64], moves: Moves, seen: Window) -> None:
    """Let pages that come out of a batch or a hand come from where they were before, if that was just now."""
    events = seen.fresh
    into = np.flatnonzero((events["kind"] == kinds.MOVE) & _PASSING[events["dst"]] & ~_PASSING[events["src"]])
    at = np.flatnonzero(_PASSING[src] & (moves.frame >= 0))
    if not len(into) or not len(at):
        return
    frames = events["ident"][into]
    place_of = np.full(int(max(frames.max(), moves.frame[at].max())) + 1, -1, np.int64)
    place_of[frames] = events["src"][into] % LANES
    before = place_of[moves.frame[at]]
    src[at] = np.where(before >= 0, before, src[at])


def flows_of(
    out: StageFrame, moment: Moment, seen: Window, moves: Moves, nodes: dict[int, NodeTokens] | None
) -> list[fl.Flow]:
    """Return streams (given the places of single pages, and few enough moves) or flows, largest first."""
    boxes = {box.node: box for box in out.layout.nodes}
    moves = moves_on(moves, boxes)
    src, dst = _bays(moves, moment.view, seen)
    found = fl.ways(moves.dst // LANES, src, dst, moves.cause, moves.pages)
    streaming = nodes is not None and len(moves.frame) <= fl.MOST_FLIGHTS
    found = [way for way in found if _is_told(way, streaming=streaming)][:MOST_WAYS]
    crowded = [rect for tokens in out.tokens for rect in _covered(tokens)]
    taken: list[Rect] = []
    result: list[fl.Flow] = []
    for way in found:
        box, unit = boxes[way.node], out.layout.metrics.unit
        ends = nodes if streaming else None
        a, b = _edge(out, box, way.src, ends, leaving=True), _edge(out, box, way.dst, ends, leaving=False)
        curve = routes.route(box, a, b, _offset(box, len(result), unit))
        pages = round(way.pages * seen.scale)
        word = "new" if way.src in (lanes.FREE, lanes.PCP) else words.action(way.cause, way.src % routes.BAY, way.dst)
        word = f"{plain_words.action(word, plain=moment.manner.plain)} {words.grouped(pages)}"
        heads = [lane.head for lane in box.lanes.values()] * OVER_TOKENS
        kept = [*(lane.card for lane in box.lanes.values()), *heads, *crowded, box.free, box.batch, box.header]
        rect = fl.label_place(curve, word, out.layout.metrics.small, kept, taken, box.panel)
        role = marks.list_role(way.dst if way.dst in LISTS else way.src % routes.BAY)
        tokens = _tokens(curve, moves.progress[way.rows], role, box, unit) if streaming else None
        thickness = 0.0 if streaming else unit * (0.35 + 0.5 * np.log10(1 + pages))
        result.append(fl.Flow(curve, pages, thickness, role, word, rect, tokens))
    return result


def _tokens(curve: routes.Points, progress: npt.NDArray[np.float64], role: int, box: NodeBox, unit: float) -> Tokens:
    """Tokens of a stream on their way."""
    x, y = routes.along_many(curve, in_out(progress))
    side = min(STREAM_TOKEN_UNITS * unit, box.gutters.width)
    return Tokens(
        (x - side / 2).astype(np.float32),
        (y - side / 2).astype(np.float32),
        side,
        np.full(len(x), role, np.uint8),
        np.zeros(len(x), np.uint8),
        np.full(len(x), -1, np.int32),
    )


def _covered(tokens: Tokens) -> list[Rect]:
    """Where the tokens of each list stand, counted several times, since a label must rather cover anything else."""
    out: list[Rect] = []
    for role in np.unique(tokens.role).tolist():
        x, y = tokens.x[tokens.role == role], tokens.y[tokens.role == role]
        around = Rect(float(x.min()), float(y.min()), float(np.ptp(x)) + tokens.size, float(np.ptp(y)) + tokens.size)
        out += [around] * OVER_TOKENS
    return out


def _is_told(way: fl.Way, *, streaming: bool) -> bool:
    """Whether a way is drawn: not into stations on the way, nor what stays on its list: the verdict tells those."""
    if routes.BAY <= way.dst < routes.SWAP or way.dst in PASSING:
        return False
    return streaming or way.src not in (way.dst, routes.BAY + way.dst)


def _offset(box: NodeBox, number: int, unit: float) -> float:
    """Sideways shift by which ways that share a gutter stay apart."""
    shift = (number + 1) // 2 * (1 if number % 2 else -1) * 1.7 * unit
    most = 0.36 * box.gutters.width
    return max(-most, min(most, shift))


def _edge(
    out: StageFrame, box: NodeBox, where: int, nodes: dict[int, NodeTokens] | None, *, leaving: bool
) -> routes.Stop:
    """End of a stream or flow: lists are entered at the head and left at the tail; a band ends at the card's edge."""
    band = nodes is None
    kind = where - routes.BAY if routes.BAY <= where < routes.SWAP else where
    if kind in box.lanes:
        lane = box.lanes[kind]
        if leaving or kind != where:
            rect = lane.bay if lane.bay.w else lane.tokens
            return routes.Stop(lane.card.right if band else rect.cx, rect.cy, lane.card, kind)
        x, y = lane.card.x, lane.tokens.y + 3 * out.layout.metrics.unit
        if nodes is not None:
            g = nodes[box.node].grids[where]
            x, y = place(g, 0)
            x, y = x + g.size / 2, y + g.size / 2
        return routes.Stop(x, y, lane.card, where)
    if where == lanes.IN_HAND:
        return routes.Stop(box.hand.cx, box.hand.cy, box.hand, where)
    if where in BATCHES:
        return routes.Stop(box.batch.x + (0 if band else 5 * out.layout.metrics.unit), box.batch.cy, box.batch, where)
    level = out.gauge_of(box.node)
    y = level.fill_y if not leaving else level.fill_y + LEAVING_SHARE * (level.bar.bottom - level.fill_y)
    return routes.Stop(box.free.x if band else box.free.cx, y, box.free, lanes.FREE)
