"""How far a simulated run lies from real ones: the error of each counter, what is tolerated, and the share that passes.

Samples are aligned by script line and pages touched; between samples a counter runs straight. A level counter's error
is its mean distance from the mean of the real runs as a share of memory, an event counter's the same of its growth.
"""

from typing import NamedTuple

import numpy as np

from memsim_gui.engine.errors import InputError
from memsim_gui.fidelity.recordings import Floats, Ints, Samples

LEVELS = (
    "nr_free_pages nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable "
    "nr_mlock nr_anon_pages nr_mapped nr_file_pages nr_dirty nr_swapcached swap_used"
).split()
EVENTS = (
    "pgscan pgsteal pgscan_anon pgscan_file pgsteal_anon pgsteal_file pgactivate pgdeactivate pgrefill "
    "pgrotated pgfault pgmajfault pswpin pswpout workingset_refault_anon workingset_refault_file "
    "workingset_activate_anon workingset_activate_file nr_dirtied nr_written unevictable_pgs_mlocked "
    "unevictable_pgs_munlocked oom_kill"
).split()
COUNTERS = (*LEVELS, *EVENTS)
LEVEL_TOLERANCE = 0.02  # of memory
LEVEL_RANGE = 0.1  # of the counter's own range, if that is less
LEAST_LEVEL = 64.0  # pages
EVENT_TOLERANCE = 0.10
LEAST_GROWTH = 256.0
LEAST_GROWTH_SHARE = 0.005  # of all touches
NOISE_FACTOR = 3.0
NOISY = 0.25
MOST_POINTS = 400
INFORMATIVE, QUIET, NOISY_CLASS = CLASSES = ("informative", "quiet", "noisy")


class Curves(NamedTuple):
    """A counter along the points compared: the real runs' mean, least and most, and the simulated run (or nan)."""

    mean: Floats
    low: Floats
    high: Floats
    simulated: Floats


class Pair(NamedTuple):
    """One counter of one workload. Error, noise and tolerance are shares; `error` is nan if nothing was simulated.

    `kind` is informative if a machine frozen at its starting values would miss it, noisy if the tolerance is large,
    else quiet. `scale` is what the shares are of, in pages or events.
    """

    counter: str
    event: bool
    error: float
    noise: float
    tolerance: float
    ok: bool
    kind: str
    scale: float
    curves: Curves


class Tally(NamedTuple):
    """How many pairs of each class there are, and how many are within tolerance."""

    informative_ok: int
    informative: int
    quiet_ok: int
    quiet: int
    noisy_ok: int
    noisy: int

    @property
    def score(self) -> float:
        """Share of informative pairs within tolerance, 0 to 1; 0 if there are none."""
        return self.informative_ok / max(self.informative, 1)


def tally(pairs: list[Pair]) -> Tally:
    """Count pairs by class."""
    out = []
    for kind in CLASSES:
        mine = [pair.ok for pair in pairs if pair.kind == kind]
        out += [sum(mine), len(mine)]
    return Tally(*out)


def points_of(run: Samples) -> tuple[Ints, Ints]:
    """Return the script lines and ops that are compared: those of the samples of a run, thinned out if they are many.

    Each of them once, in the order they were taken.
    """
    inside = run.line > 0
    points = list(dict.fromkeys(zip(run.line[inside].tolist(), run.op[inside].tolist(), strict=True)))
    thinned = np.array(points[:: max(1, len(points) // MOST_POINTS)], np.int64)
    return thinned[:, 0], thinned[:, 1]


class _Places(NamedTuple):
    """Between which samples each point lies (`left` = `right`: at one, or outside), and how far along."""

    left: Ints
    right: Ints
    along: Ints
    length: Ints

    def values(self, counter: Floats) -> Floats:
        """Return a counter at the points."""
        a, b = counter[self.left], counter[self.right]
        return np.asarray(a + (b - a) * self.along / self.length, np.float64)


def _places(run: Samples, lines: Ints, ops: Ints) -> _Places:
    """Find points in a run. Raises KeyError with a script line that it has no sample for."""
    left, right = np.empty_like(lines), np.empty_like(lines)
    for line in np.unique(lines).tolist():
        rows = np.flatnonzero(run.line == line)
        if not len(rows):
            raise KeyError(line)
        mine = np.flatnonzero(lines == line)
        after = np.searchsorted(run.op[rows], ops[mine], side="right")
        before = np.maximum(after - 1, 0)
        still = (after == 0) | (after == len(rows)) | (run.op[rows[before]] == ops[mine])
        left[mine] = rows[before]
        right[mine] = rows[np.where(still, before, np.minimum(after, len(rows) - 1))]
    length = np.where(left == right, 1, run.op[right] - run.op[left])
    return _Places(left, right, np.where(left == right, 0, ops - run.op[left]), length)


def score(runs: tuple[Samples, ...], simulated: Samples, managed: int) -> list[Pair]:
    """Compare a simulated run with the real ones, counter by counter; `managed` pages of memory.

    Raises InputError if the real runs do not have the same script lines.
    """
    lines, ops = points_of(runs[0])
    try:
        places = [_places(run, lines, ops) for run in runs]
    except KeyError as error:
        raise InputError("samples", f"a run has none of script line {error}", "the same lines in each run") from None
    try:
        sim_places = _places(simulated, lines, ops)
    except KeyError:
        sim_places = None
    touches = max(int(run.op.max()) for run in runs)
    out = []
    for name in COUNTERS:
        columns = [run.counter(name) for run in runs]
        event = name in EVENTS
        reals = [_curve(column, place, event=event) for column, place in zip(columns, places, strict=True)]
        if columns[0] is None:
            continue
        sim = _curve(simulated.counter(name), sim_places, event=event)
        start = 0.0 if event else float(columns[0][0])
        out.append(_pair(name, np.array(reals), sim, start, _Sizes(event=event, managed=managed, touches=touches)))
    return out


def _curve(column: Floats | None, places: _Places | None, *, event: bool) -> Floats:
    """Return a counter at the points, an event counter since the start; nan if it is not there."""
    if column is None or places is None:
        return np.array(np.nan)
    return places.values(column) - (column[0] if event else 0.0)


class _Sizes(NamedTuple):
    event: bool
    managed: int
    touches: int


def _pair(name: str, reals: Floats, sim: Floats, start: float, sizes: _Sizes) -> Pair:
    means = sum(reals[1:], reals[0]) / len(reals)
    least_events = max(LEAST_GROWTH, LEAST_GROWTH_SHARE * sizes.touches)
    scale = max(float(means.max()), least_events) if sizes.event else float(sizes.managed)

    def distance(values: Floats) -> float:
        # Summed in order, as a plain sum does it: the same figures wherever they are computed.
        return float(sum(np.abs(values - means).tolist()) / len(means) / scale)

    noise = max(distance(run) for run in reals)
    own = max(LEVEL_RANGE * float(means.max() - means.min()), LEAST_LEVEL) / sizes.managed
    tolerance = max(EVENT_TOLERANCE if sizes.event else min(LEVEL_TOLERANCE, own), NOISE_FACTOR * noise)
    frozen = distance(np.full_like(means, start))
    kind = NOISY_CLASS if tolerance > NOISY else INFORMATIVE if frozen > tolerance else QUIET
    sim = np.broadcast_to(sim, means.shape)
    error = distance(sim)
    curves = Curves(means, reals.min(axis=0), reals.max(axis=0), sim)
    return Pair(name, sizes.event, error, noise, tolerance, error <= tolerance, kind, scale, curves)
