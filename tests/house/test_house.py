"""The shape of the house: what would break the tree quietly."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_operator_folder_does_not_shadow_the_standard_library():
    child = subprocess.run(
        [sys.executable, "-S", "-c", "import operator; print(operator.__file__)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(child.stdout.strip()).parent == Path(subprocess.__file__).parent


def test_no_module_lies_directly_in_a_source_root():
    assert [path for root in ("operator", "miner", "kernels") for path in (ROOT / root).glob("*.py")] == []


def test_no_test_folder_is_a_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_the_layers_hold():
    child = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert child.returncode == 0, child.stdout
