"""How a motion is spread over its time: functions from progress 0..1 to progress 0..1, for numbers and arrays alike."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Progress = TypeVar("Progress", float, npt.NDArray[np.float64])


def in_out(progress: Progress) -> Progress:
    """Start and stop gently (smootherstep: speed and acceleration are 0 at both ends)."""
    return progress * progress * progress * (progress * (progress * 6 - 15) + 10)


def bump(progress: Progress) -> Progress:
    """Rise from 0 to 1 and fall back to 0."""
    return 4 * progress * (1 - progress)
