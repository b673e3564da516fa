"""Block I/O: a queue per device, and what happens when a request completes.

Kernel: block/bio.c, mm/page_io.c (end_swap_bio_*), mm/filemap.c (folio_end_writeback), 6.1.

Each device serves its requests in order. A request that does not continue the last one costs the device's latency: on a
rotating disk the head moves and everybody waits, on a solid-state disk only this request does. The disk of an emulated
machine may be served by the processor that emulates it: then nothing else runs until the request is done. [0.4]
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_inline import page_node
from memsim_gui.mm.mm_types import (
    DEVICE_BURST_NS,
    DEVICE_LAST_BLOCK,
    DEVICE_LATENCY_NS,
    DEVICE_PAGE_NS,
    DEVICE_PLUG_PAGES,
    DEVICE_PLUG_REQUESTS,
    DEVICE_PLUG_SEGMENTS,
    DEVICE_PLUGGED,
    DEVICE_QUEUE_HEAD,
    DEVICE_QUEUE_TAIL,
    DEVICE_STALLS,
    SYS_NEXT_NS,
    SYS_NOW_NS,
    TUN_IO_PAGES,
    TUN_LATENCY_FREE,
)
from memsim_gui.mm.page_flags import change_bits, clear_bits, set_bits
from memsim_gui.mm.swap import folio_put, folio_rotate_reclaimable
from memsim_gui.mm.tracepoint import publish_clock, set_device, trace
from memsim_gui.mm.vmstat import (
    NR_WRITEBACK,
    NR_WRITTEN,
    NR_ZONE_WRITE_PENDING,
    PGPGIN,
    count_vm_events,
    mod_node_page_state,
    mod_zone_page_state,
)
from memsim_gui.trace import bits, causes, kinds, tables

KIB_PER_PAGE = 4
PLUG_PAGES = 32  # BLK_PLUG_FLUSH_SIZE: 128 KiB
PLUG_REQUESTS = 32  # BLK_MAX_REQUEST_COUNT
MAX_SEGMENTS = 254  # of a request of virtio_blk: its queue of 256 less header and status
READ = 0
WRITE = 1


@room
def folio_end_writeback(state, pfn):
    """A write has ended: rotate the page if reclaim waits for it. [Wb-3]"""
    page = state.page[pfn]
    if page.bits & bits.PG_RECLAIM:
        clear_bits(state, pfn, bits.PG_RECLAIM)
        folio_rotate_reclaimable(state, pfn)
    clear_bits(state, pfn, bits.PG_WRITEBACK)
    node = page_node(state, pfn)
    mod_node_page_state(state, node, NR_WRITEBACK, -1)
    mod_zone_page_state(state, page.zone, NR_ZONE_WRITE_PENDING, -1)
    mod_node_page_state(state, node, NR_WRITTEN, 1)


@room
def folio_start_writeback(state, pfn):
    """The page is being written from now on."""
    set_bits(state, pfn, bits.PG_WRITEBACK)
    mod_node_page_state(state, page_node(state, pfn), NR_WRITEBACK, 1)
    mod_zone_page_state(state, state.page[pfn].zone, NR_ZONE_WRITE_PENDING, 1)


@room
def _end_io(state, device, pfn, direction):
    trace(state, kinds.IO_END, causes.IO_READ + direction, device, 0, pfn, 0)
    if direction == READ:
        change_bits(state, pfn, bits.PG_UPTODATE, bits.PG_LOCKED)
    else:
        folio_end_writeback(state, pfn)
    folio_put(state, pfn, causes.RECLAIM)


@inline
def queue_full(state, device):
    """Whether the device takes no more pages now."""
    row = state.device[device]
    return row[DEVICE_QUEUE_TAIL] - row[DEVICE_QUEUE_HEAD] >= len(state.io[device]) - 1


@inline
def _slot(state, device, at):
    return at % len(state.io[device])


@inline
def _due(state, device, block, pages):
    """Time at which a request for `pages` pages from `block` on is done.

    A throttled device is a leaky bucket (QEMU's util/throttle.c): requests pass at once while the work taken on is less
    than its burst, and then at its speed. Any other device is busy until the request is done.
    """
    row = state.device[device]
    now, busy = state.sys[SYS_NOW_NS], row[tables.DEVICE_BUSY_UNTIL]
    jump = row[DEVICE_LATENCY_NS] if block != row[DEVICE_LAST_BLOCK] + 1 else 0
    rotating = row[tables.DEVICE_KIND] == tables.DEVICE_HDD
    start = max(now, busy - row[DEVICE_BURST_NS])
    busy = max(now, busy) + pages * row[DEVICE_PAGE_NS] + (jump if rotating else 0)
    set_device(state, device, tables.DEVICE_BUSY_UNTIL, busy)
    row[DEVICE_LAST_BLOCK] = block + pages - 1
    return (start if row[DEVICE_BURST_NS] else busy) + (0 if rotating else jump)


@room
def _start_request(state, device, first, end):
    """Hand the queued pages [first, end), which are neighbours on the device, over as one request."""
    due = _due(state, device, _block_waiting(state, device, first), end - first)
    if first > state.device[device, DEVICE_QUEUE_HEAD]:
        due = max(due, state.io[device, _slot(state, device, first - 1), 1])
    for at in range(first, end):
        entry = state.io[device, _slot(state, device, at)]
        entry[1] = due
        trace(state, kinds.IO_BEGIN, causes.IO_READ + (entry[0] & 1), device, 0, entry[0] >> 1, due)
    state.sys[SYS_NEXT_NS] = min(state.sys[SYS_NEXT_NS], due)


@inline
def _block_waiting(state, device, at):
    """Block of a page that waits in the plug."""
    return -1 - state.io[device, _slot(state, device, at), 1] >> 1


@inline
def _begins_request(state, device, at):
    return -1 - state.io[device, _slot(state, device, at), 1] & 1


@room
def blk_flush_plug(state, device):
    """Start the requests that wait in the plug. If the device's work stops the machine, they are done on return."""
    row = state.device[device]
    if row[DEVICE_PLUGGED] == 0:
        return
    first, end = row[DEVICE_QUEUE_TAIL] - row[DEVICE_PLUGGED], row[DEVICE_QUEUE_TAIL]
    row[DEVICE_PLUGGED] = 0
    row[DEVICE_PLUG_REQUESTS] = 0
    while first < end:
        at = first + 1
        while at < end and not _begins_request(state, device, at):
            at += 1
        _start_request(state, device, first, at)
        first = at
    while row[DEVICE_STALLS] and row[DEVICE_QUEUE_HEAD] + row[DEVICE_PLUGGED] < row[DEVICE_QUEUE_TAIL]:
        complete_one(state, device)


@inline
def _merges(state, device, pfn, direction, block):
    """Whether a page goes with the last request of the plug: next to it, same way, within the device's limits."""
    row = state.device[device]
    if row[DEVICE_PLUGGED] == 0 or row[DEVICE_PLUG_PAGES] >= state.tun[TUN_IO_PAGES]:
        return False
    last = row[DEVICE_QUEUE_TAIL] - 1
    before = state.io[device, _slot(state, device, last), 0]
    if before & 1 != direction or _block_waiting(state, device, last) != block - 1:
        return False
    return row[DEVICE_PLUG_SEGMENTS] < MAX_SEGMENTS or before >> 1 == pfn - 1


@room
def blk_flush_plugs(state):
    """Start what waits for any device: whoever sleeps does this first."""
    for device in range(len(state.device)):
        blk_flush_plug(state, device)


@room
def submit_bio(state, device, pfn, direction, block):
    """Queue the transfer of a page, which holds a reference until it ends. It starts when the plug is flushed.

    Pages wait in a plug so that neighbours go as one request, and so complete together. A page that begins a request
    flushes what waits if that is 32 requests, or if the last of them has 128 KiB (blk_add_rq_to_plug). Simplified: one
    plug a device, whoever fills it.
    """
    count_vm_events(state, PGPGIN + direction, KIB_PER_PAGE)
    state.page[pfn].refcount += 1
    if state.tun[TUN_LATENCY_FREE]:
        _end_io(state, device, pfn, direction)
        return
    row = state.device[device]
    if queue_full(state, device):
        blk_flush_plug(state, device)
        if queue_full(state, device):
            complete_one(state, device)
    merges = _merges(state, device, pfn, direction, block)
    if merges:
        last = state.io[device, _slot(state, device, row[DEVICE_QUEUE_TAIL] - 1), 0] >> 1
        row[DEVICE_PLUG_PAGES] += 1
        row[DEVICE_PLUG_SEGMENTS] += last != pfn - 1
    else:
        if row[DEVICE_PLUG_REQUESTS] >= PLUG_REQUESTS or row[DEVICE_PLUG_PAGES] >= PLUG_PAGES:
            blk_flush_plug(state, device)
        row[DEVICE_PLUG_REQUESTS] += 1
        row[DEVICE_PLUG_PAGES] = 1
        row[DEVICE_PLUG_SEGMENTS] = 1
    entry = state.io[device, _slot(state, device, row[DEVICE_QUEUE_TAIL])]
    entry[0] = pfn << 1 | direction
    entry[1] = -1 - (block << 1 | (0 if merges else 1))
    row[DEVICE_QUEUE_TAIL] += 1
    row[DEVICE_PLUGGED] += 1
    column = tables.DEVICE_READS + direction
    set_device(state, device, column, row[column] + 1)


@room
def complete_one(state, device):
    """Finish the oldest request of a device, at its time or now if its queue is full before that."""
    row = state.device[device]
    slot = row[DEVICE_QUEUE_HEAD] % len(state.io[device])
    pfn, direction = state.io[device, slot, 0] >> 1, state.io[device, slot, 0] & 1
    state.sys[SYS_NOW_NS] = max(state.sys[SYS_NOW_NS], state.io[device, slot, 1])
    row[DEVICE_QUEUE_HEAD] += 1
    publish_clock(state)
    column = tables.DEVICE_READS + direction
    set_device(state, device, column, row[column] - 1)
    _end_io(state, device, pfn, direction)


@inline
def next_completion_ns(state, device):
    """Time the device's oldest request is due; -1 if it has none, or none that has started."""
    row = state.device[device]
    if row[DEVICE_QUEUE_HEAD] + row[DEVICE_PLUGGED] >= row[DEVICE_QUEUE_TAIL]:
        return -1
    return state.io[device, _slot(state, device, row[DEVICE_QUEUE_HEAD]), 1]


@room
def complete_due(state):
    """Finish every request that is due, device by device in time order."""
    while True:
        first, when = -1, 0
        for device in range(len(state.device)):
            due = next_completion_ns(state, device)
            if due >= 0 and due <= state.sys[SYS_NOW_NS] and (first < 0 or due < when):
                first, when = device, due
        if first < 0:
            return
        complete_one(state, first)
