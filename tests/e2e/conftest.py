"""The X display that tests of the real window share."""

import os
import subprocess

import pytest

from tests.e2e.desk import SIZE


@pytest.fixture
def display():
    read, write = os.pipe()
    screen = "x".join(map(str, (*SIZE, 24)))
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as number:
        yield f":{number.readline().strip()}"
    server.terminate()
    server.wait()
