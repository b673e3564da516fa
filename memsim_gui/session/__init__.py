"""Between machine and window: who owns the machine, where in its trace we are, how fast we move. QtCore only."""
