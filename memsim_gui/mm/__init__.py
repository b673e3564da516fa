"""The kernel: numpy and compiled functions only, one file for each kernel file, with the kernel's function names."""
