"""The keys and clicks of the last moments, for those who watch: each stays a while, then fades."""

from dataclasses import dataclass

HOLD_S, FADE_S = 3.0, 0.6
FRAME_S = 1 / 30
MOST = 6


@dataclass
class Press:
    """A key or click, how often in a row, and when last."""

    name: str
    count: int
    at_s: float


class KeyStrip:
    """Remembers presses. `fading` is False for people who want nothing to move: presses then go at once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._presses: list[Press] = []

    def press(self, name: str, now_s: float) -> None:
        """Take in a press; the same again in time counts up."""
        last = self._presses[-1] if self._presses else None
        if last and last.name == name and now_s - last.at_s < HOLD_S:
            last.count, last.at_s = last.count + 1, now_s
        else:
            self._presses = [*self._presses[1 - MOST :], Press(name, 1, now_s)]

    def shown(self, now_s: float, *, fading: bool) -> list[tuple[str, float]]:
        """Return what is visible, oldest first, with its opacity."""
        tail = FADE_S if fading else 0.0
        self._presses = [press for press in self._presses if now_s - press.at_s < HOLD_S + tail]
        return [(self._words(press), min(1.0, self._left(press, now_s) / FADE_S + 1)) for press in self._presses]

    @staticmethod
    def _left(press: Press, now_s: float) -> float:
        """Seconds until it begins to fade; negative once it does."""
        return press.at_s + HOLD_S - now_s

    @staticmethod
    def _words(press: Press) -> str:
        return f"{press.name} ×{press.count}" if press.count > 1 else press.name

    def wait_s(self, now_s: float) -> float:
        """Return how long nothing changes; negative if there is nothing that could."""
        return max(FRAME_S, min(self._left(press, now_s) for press in self._presses)) if self._presses else -1.0
