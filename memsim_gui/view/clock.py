"""How a second of the presentation is written."""

import math

MINUTE_S = 60


def decimals(step: float) -> int:
    """Return how many digits behind the point tell apart seconds that are `step` from each other."""
    return max(0, math.ceil(-math.log10(step) - 1e-9))


def clock(second: float, digits: int = 1) -> str:
    """Return a second as minutes and seconds with so many digits behind the point."""
    parts = round(second * 10**digits)
    minutes, rest = divmod(parts, MINUTE_S * 10**digits)
    whole, part = divmod(rest, 10**digits)
    return f"{minutes}:{whole:02}" + (f".{part:0{digits}}" if digits else "")
