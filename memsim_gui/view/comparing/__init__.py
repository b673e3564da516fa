"""Comparing: machines side by side, what differs between them, and the two ways to get there."""
