"""How near the simulator comes to a real kernel: the same script on both, their counters compared along it.

`recordings` reads what a real kernel did, `simulation` runs the same script on the same machine, `score` compares the
curves, `pages` the flags of single pages, `compare` does both for a folder, `report` says what came out. Arrays only:
the pictures are made by `export`.
"""

FORMAT = """\
A recording of workload W is W.json and, beside it, W.csv or W.csv.xz.
  W.json  managed_pages   pages of memory that the kernel hands out
          zones_at_start  {"node0.DMA32": {"managed", "free", "min", "low", "high",
                          "protection": [...], "pcp_batch", "pcp_high"}, ...}: pages, from /proc/zoneinfo
          script          the workload as text; or leave it out and put W.wl beside it
          and, if known:  kernel (/proc/version), swaps (/proc/swaps), cpus,
                          sysctls {"vm.swappiness": "60", ...}
  W.csv   one row a sample, in the order they were taken; columns by name:
          run   of the same workload, from 1
          op    pages touched, read or written so far
          line  of the script, from 1; 0 = before and after it
          then counters by their /proc/vmstat names; with zN.ZONE.free, .nr_mlock and
          .nr_zone_unevictable of each zone, the simulated machine starts exactly as the real one.
  W.pages.csv (or .xz), if the script asks for flags: run, label, region, page, state, flags.
Samples before and after each line are enough; more of them inside long lines are better.
Levels are compared as shares of memory, events as shares of their growth, along op within a line."""
