#!/usr/bin/env python3
"""Set up the foreign judges of our shares; quick where they are set up already.

    python tests/judges/install.py            set up, then print where they are as JSON
    python tests/judges/install.py --where    only print it; exits 1 with a sentence where they are not set up

Two judges, outside the tree (below $XDG_CACHE_HOME/pithead/judges or ~/.cache/pithead/judges):

    pool   the npm package foundation-stratum, at the versions of package-lock.json beside this file
    node   Debian's bitcoin-knots (packaged in sid only) in a chroot of trixie, made by debootstrap

Each is built in a folder of its own and renamed into place when it is whole, so that a set-up may be killed at any
time; a lock makes a second one wait. Debian's mirror is the one that apt on this machine is configured with. Needs
root, Debian or a relative of it, and Node. Standard library only.
"""

import concurrent.futures
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
SUITE, PACKAGE_SUITE, PACKAGE = "trixie", "sid", "bitcoin-knots"

HOST_PACKAGES = (
    "build-essential", "debian-archive-keyring", "debootstrap", "iproute2", "libboost-dev", "libboost-system-dev",
    "libsodium-dev", "util-linux",
)  # fmt: skip

NODE_RECIPE = "1"
"""To be raised when the way in which the chroot is made changes."""


class Failed(Exception):  # noqa: N818 - it carries the sentence that the person gets
    """The judges cannot be set up."""


def cache_dir() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pithead" / "judges"


def places() -> dict[str, Path]:
    """Return where each judge is, or will be: the folder's name tells what it was made from."""
    lock = (HERE / "package-lock.json").read_bytes() + (HERE / "package.json").read_bytes()
    node_major = _output("node", "--version").split(".")[0].encode()  # addons are built against it
    pool = hashlib.sha256(lock + node_major).hexdigest()[:12]
    node = hashlib.sha256(f"{NODE_RECIPE} {SUITE} {PACKAGE_SUITE} {PACKAGE}".encode()).hexdigest()[:12]
    return {"pool": cache_dir() / f"pool-{pool}", "node": cache_dir() / f"node-{node}"}


def set_up() -> None:
    """Set up what is missing; raises Failed."""
    cache = cache_dir()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in cache.glob("partial-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        makers = {"pool": make_pool, "node": make_node}
        missing = {name: place for name, place in places().items() if not place.is_dir()}
        if not missing:
            return
        install_packages()
        with concurrent.futures.ThreadPoolExecutor() as threads:
            builds = [threads.submit(_build, makers[name], place) for name, place in missing.items()]
        for build in builds:
            build.result()


def _build(make, place: Path) -> None:
    started = time.monotonic()
    partial = Path(tempfile.mkdtemp(prefix="partial-", dir=place.parent))
    partial.chmod(0o755)
    make(partial)
    partial.rename(place)
    print(f"judges: {place.name} is set up ({time.monotonic() - started:.0f} s)", file=sys.stderr, flush=True)


def install_packages() -> None:
    """Install the Debian packages that the set-up itself needs."""
    if not shutil.which("apt-get"):
        raise Failed("The foreign judges are set up from Debian packages, and there is no apt-get here")
    installed = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Abbrev} ${Package}\n", *HOST_PACKAGES],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    missing = [name for name in HOST_PACKAGES if f"ii  {name}" not in installed.splitlines()]
    if not missing:
        return
    install = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--no-install-recommends", *missing]
    try:
        _run("packages", *install)
    except Failed:  # the lists may be old or missing
        _run("packages", "apt-get", "-o", "DPkg::Lock::Timeout=300", "update")
        _run("packages", *install)


# ── The pool ─────────────────────────────────────────────────────────────────────────────────────────────────────


def make_pool(place: Path) -> None:
    """Install foundation-stratum into a folder; its hashing addon is compiled."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, place)
    flags = {
        "CXXFLAGS": "-std=gnu++17 -fpermissive -w",
        "CFLAGS": "-w",
    }  # Node's headers want C++17, the addon is older
    prefix = Path(_output("node", "--print", "process.execPath")).resolve().parent.parent
    if (prefix / "include/node/node.h").is_file():  # else node-gyp downloads them
        flags["npm_config_nodedir"] = str(prefix)
    _run("pool", "npm", "ci", "--no-audit", "--no-fund", cwd=place, env=flags)
    _run("pool", "node", "--eval", "require('foundation-stratum')", cwd=place)


# ── The node ─────────────────────────────────────────────────────────────────────────────────────────────────────


def make_node(place: Path) -> None:
    """Make a chroot with bitcoind in it."""
    mirror = debian_mirror()
    options = ["--variant=minbase"]
    if mirror.startswith("https:"):
        options.append("--include=ca-certificates")
    # A mount namespace of its own: what debootstrap mounts goes with it, however it ends.
    _run("node", "unshare", "--mount", "debootstrap", *options, SUITE, str(place), *([mirror] if mirror else []))
    if mirror.startswith("https:"):
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", place / "etc/ssl/certs/ca-certificates.crt")
    apt = place / "etc/apt"
    sources = (apt / "sources.list").read_text()
    (apt / "sources.list").write_text(sources + sources.replace(f" {SUITE} ", f" {PACKAGE_SUITE} "))
    preferred = f"Package: *\nPin: release n={PACKAGE_SUITE}\nPin-Priority: 100\n"  # only what is nowhere else
    (apt / "preferences.d" / PACKAGE_SUITE).write_text(preferred)
    (apt / "apt.conf.d/90like-the-host").write_text(apt_manners())
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    inside = ("unshare", "--mount", "chroot", str(place))
    _run("node", *inside, "apt-get", "update", env=quiet)
    # The stand-alone sysusers spares the whole of systemd.
    install = ("apt-get", "install", "--yes", "--no-install-recommends", PACKAGE, "systemd-standalone-sysusers")
    _run("node", *inside, *install, env=quiet)
    _run("node", *inside, "bitcoind", "--version")
    shutil.rmtree(place / "var/lib/apt/lists", ignore_errors=True)
    _run("node", *inside, "apt-get", "clean")


def debian_mirror() -> str:
    """Return the mirror of Debian's main archive that apt is configured with; empty where it is not Debian's."""
    wanted = ("Created-By: Packages", "Origin: Debian", "Component: main")
    for line in _output("apt-get", "indextargets", "--format", "$(REPO_URI) $(SUITE)", *wanted).splitlines():
        uri, _, suite = line.partition(" ")
        if "security" not in f"{uri} {suite}":
            return uri
    return ""


def apt_manners() -> str:
    """Return the part of this machine's apt configuration that reaching the mirror depends on."""
    kept = ("Acquire::http", "Acquire::Check-", "Acquire::Retries", "Acquire::ForceIPv")
    return "".join(f"{line}\n" for line in _output("apt-config", "dump").splitlines() if line.startswith(kept))


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except FileNotFoundError:
        hint = "; Node 18 or later is needed" if command[0] in ("node", "npm") else ""
        raise Failed(f"The foreign judges need the command `{command[0]}`{hint}") from None
    except subprocess.CalledProcessError as error:
        raise Failed(f"`{' '.join(command)}` failed: {error.stderr.strip()}") from None


def _run(log: str, *command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Run a command, its output appended to a log; raises Failed with the log's end."""
    path = cache_dir() / f"{log}.log"
    died_with_us = ["setpriv", "--pdeathsig", "KILL", *command] if command[0] != "apt-get" else list(command)
    with path.open("ab") as output:
        output.write(f"\n$ {' '.join(command)}\n".encode())
        output.flush()
        at = output.tell()
        try:
            ended = subprocess.run(
                died_with_us, cwd=cwd, env=os.environ | (env or {}), stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        except FileNotFoundError:
            raise Failed(f"The foreign judges need the command `{died_with_us[0]}`") from None
    if ended.returncode:
        tail = path.read_bytes()[at:].decode(errors="replace").splitlines()[-15:]
        print(*tail, sep="\n", file=sys.stderr)
        raise Failed(f"`{' '.join(command)[:100]}` ended with status {ended.returncode}; all it said is in {path}")


def main() -> int:
    leave_out = "; JUDGES=0 leaves them out."
    if os.geteuid() != 0:
        print(f"The foreign judges need root (a chroot, a network namespace){leave_out}", file=sys.stderr)
        return 1
    try:
        if "--where" not in sys.argv[1:]:
            set_up()
        found = places()
        if not all(place.is_dir() for place in found.values()):
            raise Failed(
                f"The foreign judges are not set up: run {Path(sys.executable).name} tests/judges/install.py"
            )
    except Failed as failure:
        print(f"{failure}{leave_out}", file=sys.stderr)
        return 1
    print(json.dumps({name: str(place) for name, place in found.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
