"""A machine that can be driven: descriptions, commands, workloads, scenarios and scripts. No Qt, no numba."""
