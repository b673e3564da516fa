"""Machines beside each other, and a model beside a kernel: what corresponds and what differs."""
