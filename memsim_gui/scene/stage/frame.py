"""What the stage shows at one moment, as data."""

from dataclasses import dataclass, field
from typing import NamedTuple

from memsim_gui.scene.geometry import Grid, Rect
from memsim_gui.scene.stage.cards import ActorCard, DeviceCard, StatsCard, SwapCard
from memsim_gui.scene.stage.flights import Flight, Flow
from memsim_gui.scene.stage.gauge import Gauge
from memsim_gui.scene.stage.layout import LaneBox, StageLayout
from memsim_gui.scene.stage.tokens import Tokens


class LaneCard(NamedTuple):
    """A list's card in words."""

    box: LaneBox
    title: str
    subtitle: str
    pages: int
    role: int
    verdict: str
    actor: str


class NodeChip(NamedTuple):
    """A node in the row that one of many is chosen from."""

    rect: Rect
    title: str
    detail: str
    shown: bool
    reclaiming: bool


class Pulse(NamedTuple):
    """A place where something just happened to a page; strength 0..1."""

    rect: Rect
    strength: float


@dataclass
class StageFrame:
    """Everything the stage shows at one moment; lists by node stand in the order of the nodes."""

    layout: StageLayout
    first_pfn: int
    headers: list[tuple[str, str]] = field(default_factory=list)  # title and size of each node
    lanes: list[LaneCard] = field(default_factory=list)
    tokens: list[Tokens] = field(default_factory=list)
    waiting: list[Tokens] = field(default_factory=list)  # single pages beside tokens that are blocks
    flights: list[Flight] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    gauges: list[Gauge] = field(default_factory=list)
    swaps: list[SwapCard] = field(default_factory=list)
    devices: list[DeviceCard] = field(default_factory=list)
    actors: list[ActorCard] = field(default_factory=list)
    stats: list[StatsCard] = field(default_factory=list)
    batches: list[tuple[Grid, int]] = field(default_factory=list)  # places in the card of each node, pages waiting
    batch_places: int = 1
    cursor: Rect | None = None
    pulses: list[Pulse] = field(default_factory=list)
    block_pages: int = 1  # pages a token stands for
    blocks: bool = False  # tokens are blocks of pages, even where that is one page each
    chips: list[NodeChip] = field(default_factory=list)

    @property
    def still_key(self) -> tuple[object, ...]:
        """What the parts that look alike from picture to picture depend on."""
        batches = tuple(grid for grid, _ in self.batches)
        titles = tuple((lane.title, lane.subtitle) for lane in self.lanes)
        return self.layout, self.blocks, self.batch_places, batches, titles

    def gauge_of(self, node: int) -> Gauge:
        """Return the gauge of a node that is shown; KeyError for another one."""
        for box, gauge in zip(self.layout.nodes, self.gauges, strict=True):
            if box.node == node:
                return gauge
        raise KeyError(node)
