"""Docs that fail: what the pages say is so."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pithead.manual import settings_page
from pithead.practice.conduct import MISBEHAVIOURS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines() if line.strip()
]
NEEDS_A_POOL = re.compile(r"pithead -(a|c) ")


def test_the_settings_page_is_the_definition():
    assert (ROOT / "docs/settings.md").read_text() == settings_page()


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("make ")])
def test_a_make_word_of_the_readme_exists(command):
    child = subprocess.run(["make", "-n", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True)
    assert child.returncode == 0, child.stderr


@pytest.mark.parametrize(
    "command", [line for line in COMMANDS if not line.startswith("make ") and not NEEDS_A_POOL.search(line)]
)
def test_a_command_of_the_readme_runs(command):
    first, *rest = shlex.split(command)
    program = Path(sys.executable).with_name(Path(first).name)
    child = subprocess.run([program, *rest], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert child.returncode == 0, child.stderr
    assert child.stdout


def test_the_readme_names_the_two_commands():
    assert "make demo" in COMMANDS
    assert "`make test`" in README


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=str)
def test_every_link_of_a_page_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_every_misbehaviour_is_in_its_page(name):
    assert re.search(rf"^\| `{name}[=`]", (ROOT / "docs/practice-pool.md").read_text(), re.MULTILINE)
