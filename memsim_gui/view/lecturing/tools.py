"""A presenter's tools as plain state: what the mouse does to spotlight, zoom, pen and pointer."""

from dataclasses import dataclass, field
from enum import Enum, auto

from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.lens import WHOLE

RADIUS, SMALLEST, LARGEST = 0.2, 0.06, 0.7  # of the spotlight, in heights of the picture
NOTCH = 1.2  # what one notch of the wheel multiplies by
ONE_KEY = 2.0  # zoom of the key that toggles it

Point = tuple[float, float]


class Tool(Enum):
    """What the mouse is for."""

    NONE = auto()
    SPOTLIGHT = auto()
    PEN = auto()
    POINTER = auto()


@dataclass
class Stroke:
    """A line by hand: its points as shares of the picture; one that began on the stage is magnified with it."""

    color: int
    on_stage: bool
    points: list[Point] = field(default_factory=list)


class Tools:
    """All tools of a lecture. `size` and `stage` are those of the picture and must be kept up to date."""

    def __init__(self) -> None:
        """Begin with empty hands."""
        self.tool = Tool.NONE
        self.lens = WHOLE
        self.radius = RADIUS
        self.color = 0
        self.mouse: Point = (-1.0, -1.0)  # it has not been seen yet
        self.size: Point = (1.0, 1.0)
        self.stage = Rect(0, 0, 1, 1)
        self._strokes: dict[int, list[Stroke]] = {}
        self._drawing: Stroke | None = None
        self._panning = False

    def forget(self) -> None:
        """Another story begins."""
        self._strokes = {}
        self.put_away()

    def put_away(self) -> None:
        """Empty the hands, and show the whole picture; strokes stay on their steps."""
        self.tool, self.lens = Tool.NONE, WHOLE
        self.release()

    def toggle(self, tool: Tool) -> None:
        """Take a tool, or put it away."""
        self._take(Tool.NONE if self.tool is tool else tool)

    def choose_color(self, number: int) -> None:
        """Draw in another colour from now on, taking the pen for it."""
        self.color = number
        self._take(Tool.PEN)

    def _take(self, tool: Tool) -> None:
        """Have a tool in hand: in the middle of the stage until the mouse has been seen."""
        self.tool = tool
        if min(self.mouse) < 0:
            self.mouse = (self.stage.cx, self.stage.cy)

    def back(self, step: int) -> bool:
        """Undo one thing: the strokes on a step, then the tool, then the zoom. Return False if there was nothing."""
        if self._strokes.pop(step, None):
            return True
        if self.tool is not Tool.NONE:
            self.tool = Tool.NONE
            return True
        zoomed, self.lens = self.lens != WHOLE, WHOLE
        return zoomed

    # --- zoom and spotlight

    def zoom(self, by: float) -> None:
        """Magnify by a factor round the mouse, or round the middle of the stage if the mouse is elsewhere."""
        x, y = self.mouse
        if not self.on_stage(x, y):
            x, y = self.stage.cx, self.stage.cy
        self.lens = self.lens.zoomed(self.lens.factor * by, self.stage, x, y)

    def toggle_zoom(self) -> None:
        """Magnify at the mouse, or show the whole picture again."""
        if self.lens == WHOLE:
            self.zoom(ONE_KEY)
        else:
            self.lens = WHOLE

    def whole(self) -> None:
        """Show the whole picture."""
        self.lens = WHOLE

    def wheel(self, notches: float, *, zooming: bool) -> bool:
        """Zoom, or change the size of the spotlight; return whether that was possible."""
        if zooming:
            self.zoom(NOTCH**notches)
        elif self.tool is Tool.SPOTLIGHT:
            self.radius = min(LARGEST, max(SMALLEST, self.radius * NOTCH**notches))
        else:
            return False
        return True

    # --- the mouse

    def press(self, x: float, y: float, step: int) -> bool:
        """Begin to draw, or to move the zoomed stage; return whether it draws, so that nothing else may happen."""
        self.mouse = (x, y)
        if self.tool is Tool.PEN:
            self._drawing = Stroke(self.color, self.on_stage(x, y))
            self._drawing.points.append(self._share(self._drawing, x, y))
            self._strokes.setdefault(step, []).append(self._drawing)
            return True
        self._panning = self.lens != WHOLE and self.on_stage(x, y)
        return False

    def move(self, x: float, y: float) -> bool:
        """Follow the mouse; return whether the picture has to change."""
        before, self.mouse = self.mouse, (x, y)
        if self._drawing:
            self._drawing.points.append(self._share(self._drawing, x, y))
        elif self._panning:
            self.lens = self.lens.panned(self.stage, x - before[0], y - before[1])
        return self.busy or self.tool is not Tool.NONE

    def release(self) -> None:
        """End what the button began."""
        self._drawing, self._panning = None, False

    @property
    def busy(self) -> bool:
        """Whether the mouse draws or moves the stage."""
        return self._drawing is not None or self._panning

    def on_stage(self, x: float, y: float) -> bool:
        """Whether a point of the screen lies where the picture can be magnified."""
        return self.stage.x <= x < self.stage.right and self.stage.y <= y < self.stage.bottom

    # --- strokes

    def _share(self, stroke: Stroke, x: float, y: float) -> Point:
        if stroke.on_stage:
            x, y = self.lens.to_picture(self.stage, x, y)
        return x / self.size[0], y / self.size[1]

    def strokes(self, step: int, *, on_stage: bool) -> list[tuple[int, list[Point]]]:
        """Return colours and points, in pixels of the picture, of what was drawn on a step."""
        wide, high = self.size
        return [
            (stroke.color, [(x * wide, y * high) for x, y in stroke.points])
            for stroke in self._strokes.get(step, ())
            if stroke.on_stage is on_stage
        ]
