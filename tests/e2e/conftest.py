"""The X display that tests of the real window share, and a person before it."""

import os
import subprocess

import pytest

from tests.e2e.desk import SIZE
from tests.e2e.person import Person


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


@pytest.fixture
def person(display, tmp_path):
    made = Person(display, tmp_path, ["open", "S1"], module="tests.e2e.eyes")
    yield made
    made.leave()
