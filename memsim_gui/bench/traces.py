"""Page numbers that the core and its peers are both given."""

import numpy as np
import numpy.typing as npt

ALPHA = 0.8
SEED = 1


def zipf(pages: int, accesses: int) -> npt.NDArray[np.int64]:
    """Return page numbers below `pages`; the k-th most likely page has a weight of k^-0.8 and lies anywhere."""
    random = np.random.default_rng(SEED)
    cumulated = np.cumsum(np.arange(1, pages + 1, dtype=np.float64) ** -ALPHA)
    ranks = np.searchsorted(cumulated, random.random(accesses) * cumulated[-1], side="right")
    order: npt.NDArray[np.int64] = random.permutation(pages)
    drawn: npt.NDArray[np.int64] = order[np.minimum(ranks, pages - 1)]
    return drawn
