"""The cache of built files: shared by processes, proof against a killed build and a damaged file."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pithead_kernels.build.cache import BuildError, Cache, unseal

BUILDER = """
import sys, time
from pathlib import Path
from pithead_kernels.build.cache import Cache

def build(scratch):
    with open(sys.argv[2], "a") as log:
        log.write("built\\n")
    (scratch / "half").write_text("half a file")
    print("building", flush=True)
    sys.stdin.readline()
    return b"content"

print(Cache(Path(sys.argv[1])).obtain("thing", build), flush=True)
"""


def start_builder(folder, log):
    """A process that builds `thing` and holds the build until it is told to go on."""
    return subprocess.Popen(
        [sys.executable, "-c", BUILDER, folder, log], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def until_at_the_lock(child, folder):
    """Wait until a process has opened a lock, which it takes next: only then do two builders meet."""
    deadline = time.monotonic() + 30
    while not any(path.parent == folder for path in open_files(child)):
        assert child.poll() is None, "it did not wait"
        assert time.monotonic() < deadline


def open_files(child):
    for link in Path(f"/proc/{child.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed since
            yield link.readlink()


def content_of(cache, name):
    return unseal(cache.obtain(name, lambda scratch: b"content"))


def never(scratch):
    raise AssertionError("built again")


def test_what_was_built_is_not_built_again(tmp_path):
    first = Cache(tmp_path).obtain("thing", lambda scratch: b"content")
    assert Cache(tmp_path).obtain("thing", never) == first


def test_two_processes_at_once_build_once(tmp_path):
    folder, log = tmp_path / "cache", tmp_path / "log"
    first = start_builder(folder, log)
    assert first.stdout.readline() == "building\n"
    second = start_builder(folder, log)
    until_at_the_lock(second, folder)
    first.communicate("go on\n", timeout=30)
    path, _ = second.communicate("go on\n", timeout=30)
    assert path == f"{folder / 'thing'}\n"
    assert log.read_text() == "built\n"


def test_a_killed_build_is_cleaned_up_and_done_again(tmp_path):
    folder = tmp_path / "cache"
    killed = start_builder(folder, tmp_path / "log")
    assert killed.stdout.readline() == "building\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=30)
    assert list(folder.glob("building-*"))
    assert content_of(Cache(folder), "thing") == b"content"
    assert list(folder.glob("building-*")) == []


@pytest.mark.parametrize("damage", [b"", b"con", b"content and something else" * 3])
def test_a_damaged_file_is_built_again(tmp_path, damage):
    cache = Cache(tmp_path)
    cache.obtain("thing", lambda scratch: b"content").write_bytes(damage)
    assert content_of(cache, "thing") == b"content"


def test_a_failed_build_leaves_nothing_behind(tmp_path):
    def fail(scratch):
        (scratch / "half").write_text("half a file")
        raise BuildError("the compiler ran out of steam")

    with pytest.raises(BuildError, match="steam"):
        Cache(tmp_path).obtain("thing", fail)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("lock-")] == []


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(BuildError, match="file cannot be used"):
        Cache(tmp_path / "file").obtain("thing", lambda scratch: b"content")


def default_folder(cwd=None, **environment):
    code = "from pithead_kernels.build.cache import Cache; c = Cache(); print(c.folder, c.folder.exists())"
    kept = {name: value for name, value in os.environ.items() if name not in ("PITHEAD_CACHE_DIR", "XDG_CACHE_HOME")}
    child = subprocess.run(
        [sys.executable, "-c", code], env=kept | environment, cwd=cwd, capture_output=True, text=True, check=True
    )
    folder, exists = child.stdout.split()
    assert exists == "True"
    return Path(folder)


def test_the_folder_can_be_named(tmp_path):
    assert default_folder(PITHEAD_CACHE_DIR=str(tmp_path / "mine")) == tmp_path / "mine"


def test_the_folder_is_otherwise_in_the_users_cache(tmp_path):
    assert default_folder(XDG_CACHE_HOME=str(tmp_path)) == tmp_path / "pithead"
    assert default_folder(HOME=str(tmp_path)) == tmp_path / ".cache" / "pithead"


def test_without_a_writable_folder_a_private_one_is_used_and_removed(tmp_path):
    (tmp_path / "file").write_text("no folder")
    folder = default_folder(HOME=str(tmp_path / "file"))
    assert folder.name.startswith("pithead-")
    assert not folder.exists()


def test_a_folder_named_from_where_one_stands_is_used(tmp_path):
    assert default_folder(cwd=tmp_path, PITHEAD_CACHE_DIR="mine") == tmp_path / "mine"


@pytest.mark.parametrize("name", ["HOME", "XDG_CACHE_HOME"])
def test_a_home_that_is_no_whole_path_is_passed_over_and_nothing_is_made_there(tmp_path, name):
    assert default_folder(cwd=tmp_path, **{name: "here"}).name.startswith("pithead-")
    assert list(tmp_path.iterdir()) == []
