"""Random calls: every invariant holds, and the trace tells everything the views know."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memsim_gui import jit
from memsim_gui.mm import tracepoint
from memsim_gui.mm.project import project
from memsim_gui.trace import replay
from memsim_gui.trace.kinds import EVENT
from memsim_gui.trace.ring import RING_HEAD
from memsim_gui.trace.view_state import copy_view, differences
from tests.mm.invariants import check
from tests.mm.machines import Bench
from tests.mm.sequences import SEQUENCES, do, prepare
from tests.mm.test_policies import POLICIES

MACHINES = st.fixed_dictionaries(
    {
        "kernel": st.booleans(),
        "policy": st.sampled_from(POLICIES),
        "slots": st.sampled_from([1, 9, 65]),
    }
)
RELAXED = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=60, **RELAXED)
@given(MACHINES, SEQUENCES)
def test_invariants_hold_and_replay_equals_the_core(machine, steps):
    bench = prepare(Bench(**machine))
    for step in steps:
        do(bench, step)
        check(bench.state)
        assert differences(bench.trace.view_at(len(bench.trace)), bench.view) == []
    assert bench.state.clock[0, 5] == 0, "events were lost"


@pytest.mark.plain
@pytest.mark.skipif(jit.JIT_ENABLED, reason="compiled code cannot be stopped between two events")
@settings(max_examples=12, **RELAXED)
@given(MACHINES, SEQUENCES)
def test_replay_equals_the_core_after_every_event(machine, steps):
    bench = prepare(Bench(**machine))
    shown = [copy_view(bench.view)]
    emit = tracepoint.emit

    def emit_and_compare(state, *fields):
        at = state.cursor[RING_HEAD]
        emit(state, *fields)
        shown[0] = replay.apply(shown[0], state.ring[at : at + 1].view(EVENT).reshape(-1))
        assert differences(shown[0], project(bench.state)) == []

    tracepoint.emit = emit_and_compare
    try:
        for step in steps:
            do(bench, step)
    finally:
        tracepoint.emit = emit
