"""Random sequences of calls, for property tests."""

from hypothesis import strategies as st

from memsim_gui.mm import calls
from memsim_gui.trace import bits, tables
from tests.mm.machines import BASE_VPN, TASK

ANON, FILE, SHARED = 90, 40, 60
MAPPED_AT, PRIVATE_AT, SHARED_AT, CHILD_AT = 128, 192, 256, 512  # rows of the page table; the child has a table beyond
rows = st.lists(st.integers(0, ANON - 1), min_size=1, max_size=30)
pages = st.lists(st.integers(0, FILE - 1), min_size=1, max_size=20)
shared = st.lists(st.integers(0, SHARED - 1), min_size=1, max_size=30)


@st.composite
def byte_range(draw):
    start = draw(st.integers(0, ANON * 4096 - 2))
    return BASE_VPN * 4096 + start, draw(st.integers(1, min(20 * 4096, ANON * 4096 - 1 - start)))


STEPS = st.one_of(
    st.tuples(st.just("write_anon"), rows),
    st.tuples(st.just("read_anon"), rows),
    st.tuples(st.just("read_file"), pages),
    st.tuples(st.just("write_file"), pages),
    st.tuples(st.just("touch_file"), pages, st.booleans()),
    st.tuples(st.just("touch_private"), pages, st.booleans()),
    st.tuples(st.just("touch_shared"), shared, st.booleans()),
    st.tuples(st.just("look"), pages),
    st.tuples(st.just("mlock"), byte_range()),
    st.tuples(st.just("munlock"), byte_range()),
    st.tuples(st.just("madvise"), st.integers(0, ANON - 1), st.integers(1, 10), st.sampled_from([4, 8, 20, 21])),
    st.tuples(st.just("scan"), st.integers(0, 3), st.integers(1, 40)),
    st.tuples(st.just("memory_reclaim"), st.integers(1, 60)),
    st.tuples(st.sampled_from(["kswapd", "direct", "wait", "sync", "drop", "sleep", "fork", "child_exits", "unshare"])),
)
SEQUENCES = st.lists(STEPS, min_size=1, max_size=14)


TOUCHES = {"touch_file": MAPPED_AT, "touch_private": PRIVATE_AT, "touch_shared": SHARED_AT}


def prepare(bench):
    bench.anon(ANON)
    bench.file(FILE)
    bench.call(calls.CALL_OPEN, 1, SHARED, FILE, 0, tables.FILE_SHMEM, SHARED * 4096)
    for vma, (first, pages, vm_bits, file) in enumerate(
        (
            (MAPPED_AT, FILE, 3 | bits.VM_SHARED, 0),
            (PRIVATE_AT, FILE, 3, 0),
            (SHARED_AT, SHARED, 3 | bits.VM_SHARED, 1),
        ),
        1,
    ):
        bench.call(calls.CALL_MMAP, TASK, vma, BASE_VPN + 4096 * vma, pages, first, vm_bits, file, 0)
    return bench


def do(bench, step):
    """Do one step of a sequence; whatever the kernel refuses is refused with an errno."""
    name, *args = step
    if bench.state.task[TASK, 0] != 1:
        return
    if name in {"write_anon", "read_anon"}:
        bench.touch(args[0], write=name == "write_anon")
    elif name in TOUCHES:
        bench.touch([TOUCHES[name] + page for page in args[0]], write=args[1])
    elif name == "read_file":
        bench.read(args[0])
    elif name == "write_file":
        bench.write(args[0])
    elif name == "look":
        bench.call(calls.CALL_LOOK, TASK, items=[MAPPED_AT + page for page in args[0]])
    elif name == "mlock":
        bench.call(calls.CALL_MLOCK, TASK, *args[0], 0)
    elif name == "munlock":
        bench.call(calls.CALL_MUNLOCK, TASK, *args[0])
    elif name == "madvise":
        bench.call(calls.CALL_MADVISE, TASK, (BASE_VPN + args[0]) * 4096, args[1] * 4096, args[2])
    else:
        _reclaim_step(bench, name, args)


def _reclaim_step(bench, name, args):
    if name == "memory_reclaim":
        bench.call(calls.CALL_CGROUP)
        bench.call(calls.CALL_MEMORY_RECLAIM, args[0])
    elif name == "scan":
        bench.call(calls.CALL_SCAN, 0, *args)
    else:
        _plain_step(bench, name)


def _plain_step(bench, name):
    if name == "fork" and bench.state.task[2, 0] == 0:
        bench.call(calls.CALL_FORK, TASK, 2, CHILD_AT)
        return
    if name == "child_exits" and bench.state.task[2, 0] == 0:
        return
    codes = {
        "kswapd": (calls.CALL_KSWAPD, 0),
        "direct": (calls.CALL_DIRECT_RECLAIM, 0),
        "wait": (calls.CALL_WAIT_IO,),
        "sync": (calls.CALL_SYNC,),
        "unshare": (calls.CALL_MUNMAP, TASK, BASE_VPN + 4096 * 3, SHARED),
        "drop": (calls.CALL_DROP_CACHES, 3),
        "sleep": (calls.CALL_SLEEP, 6 * 10**9),
        "child_exits": (calls.CALL_EXIT, 2),
    }
    if name in codes:
        bench.call(*codes[name])
