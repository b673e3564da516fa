"""Which pages a workload touches, in which order: random generators and access patterns, as arrays."""
