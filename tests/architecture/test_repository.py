"""What stands at the top of the repository, and what a wheel carries."""

import re
import subprocess
import sys
import tomllib
import zipfile

import pytest

from memsim_gui import resources
from memsim_gui.doctor import FONT_FILES
from tests.architecture.source import ROOT

TOP = {"pyproject.toml", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"}
TOP_FOLDERS = {"memsim_gui", "resources", "tests", "packaging"}


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def test_top_level_holds_only_what_belongs_there():
    tops = {path.split("/")[0] for path in _tracked()}
    assert {name for name in tops if not name.startswith(".")} <= TOP | TOP_FOLDERS


def test_lock_names_every_dependency_with_hashes_and_no_host():
    lock = (ROOT / "packaging" / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, flags=re.MULTILINE))
    assert {re.split(r"[<>=; ]", name)[0].lower() for name in wanted} <= locked
    entries = re.split(r"^(?=[a-z0-9-]+==)", lock, flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in lock


def test_fonts_come_with_their_licences():
    folder = resources.path("fonts")
    assert {path.name for path in folder.glob("*.[ot]tf")} == set(FONT_FILES)
    for family in {name.split("-")[0] for name in FONT_FILES}:
        assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / f"{family}-OFL.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_wheel_carries_the_resources(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        carried = {name.removeprefix("memsim_gui/resources_data/") for name in archive.namelist()}
        archive.extractall(tmp_path / "site")
    shipped = {path.removeprefix("resources/") for path in _tracked() if path.startswith("resources/")}
    assert shipped <= carried
    code = "from memsim_gui import resources; print(resources.path('fonts', 'Inter-Regular.otf').is_file())"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "site", capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "True"
