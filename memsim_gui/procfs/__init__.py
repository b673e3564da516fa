"""/proc and /sys as text: written from a simulated machine in the exact shape of Linux 6.1, and read back.

`snapshot` takes the figures from a machine or a view, `names` lists the counters in the kernel's order and says which
are not modelled and why; `vmstat`, `meminfo`, `zoneinfo`, `status` write the texts, `free` what free(1) makes of them,
`lru` the five lists as a kernel module would log them, `files` all by path. `parse` reads the files of a real kernel
and ours alike. Pure functions.
"""
