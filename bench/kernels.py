"""How fast the kernels hash on this machine's CPU, and how a peer does beside them.

    python bench/kernels.py [--seconds S] [--functions] [--json FILE] [ALGO ...]
    PEER='cpuminer -a {algo} --benchmark -t 1 --time-limit 10' python bench/kernels.py

One thread is measured in hashes per CPU-second, which a busy machine does not change; all cores in hashes per second. The peer runs
between two measurements of ours; its rate is the median of those it prints, times its seconds over its CPU-seconds. Without `{algo}` it is compared with
the algorithms that its command names. x16r and x16rv2 hash in the order 0123456789ABCDEF: all functions once.
"""

import argparse
import json
import os
import re
import resource
import shlex
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from pithead_kernels import ALGORITHMS
from pithead_kernels.build.host import HostKernels
from pithead_kernels.x16r.function import HostFunction, Messages
from pithead_kernels.x16r.order import FUNCTIONS

HEADER = bytes(4) + bytes.fromhex("0123456789abcdef")[::-1] + bytes(68)
"""Its previous block's hash ends with the digits of all sixteen functions in turn."""

SLICE_SECONDS = 0.1
UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}
FUNCTION_NONCES = 2048


def one_thread(job, seconds):
    """Return hashes per CPU-second of one thread: the median of many short slices."""
    count = 1024
    rates = []
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(rates) < 3:
        began = time.thread_time()
        job.search(0, count, 0)
        spent = time.thread_time() - began
        if spent < SLICE_SECONDS / 2:
            count *= 2
        else:
            rates.append(count / spent)
    return statistics.median(rates), count


def all_cores(job, seconds, count):
    """Return hashes per second of a thread for each CPU that we may use."""
    done = []
    stop = threading.Event()

    def work(first):
        position = first
        while not stop.is_set():
            job.search(position % (2**32 - count), count, 0)
            done.append(count)
            position += count

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(k << 24,)) for k in range(len(os.sched_getaffinity(0)))]
    for thread in threads:
        thread.start()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - began)


def peer_rate(command):
    """Run a peer and return its hashes per CPU-second. Raises ValueError with what it said where it prints no rate."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        shlex.split(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rates = [float(number) * UNITS[unit] for number, unit in re.findall(r"([\d.]+) ?([kMG]?)H/s", done.stdout)]
    if not rates or not cpu:
        raise ValueError(f"the peer printed no rate: {(done.stdout.strip().splitlines() or ['nothing'])[-1]}")
    return statistics.median(rates) * wall / cpu


def measure(algorithm, seconds, peer):
    """Return an algorithm's row of the table."""
    job = HostKernels(algorithm).bind(HEADER)
    single, count = one_thread(job, seconds)
    row = {"algorithm": algorithm.name, "one_thread": single, "all_cores": all_cores(job, seconds, count)}
    if peer:
        try:
            row["peer"] = peer_rate(peer.replace("{algo}", algorithm.name))
        except ValueError as error:
            row["peer_error"] = str(error)
        again, _ = one_thread(job, seconds)
        row["one_thread"] = (single + again) / 2
    return row


def time_function(name):
    """Return a function's microseconds of CPU for a hash: of an 80-byte header, and of 64 bytes."""
    host, state = HostFunction(name), Messages(FUNCTION_NONCES)
    host.prepare(HEADER)
    calls = {"first": lambda: host.first(0, state), "next": lambda: host.next(state)}
    row = {"function": name}
    for entry, call in calls.items():
        spent = []
        for _ in range(30):
            began = time.thread_time()
            call()
            spent.append((time.thread_time() - began) / FUNCTION_NONCES * 1e6)
        row[entry] = min(spent)
    return row


def human(rate):
    for unit in ("G", "M", "k"):
        if rate >= UNITS[unit]:
            return f"{rate / UNITS[unit]:.2f} {unit}H/s"
    return f"{rate:.0f} H/s"


def show(row):
    line = f"{row['algorithm']:<10} {human(row['one_thread']):>14} {human(row['all_cores']):>14}"
    if "peer" in row:
        line += f" {human(row['peer']):>14} {row['one_thread'] / row['peer']:>7.2f}"
    elif "peer_error" in row:
        line += f"   {row['peer_error']}"
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(
        description="Measure the kernels on this CPU; PEER names a command to compare with."
    )
    parser.add_argument("algorithms", metavar="ALGO", nargs="*", default=list(ALGORITHMS))
    parser.add_argument("--seconds", type=float, default=4, help="for each measurement")
    parser.add_argument("--functions", action="store_true", help="also time each function of x16r by itself")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured there as well")
    options = parser.parse_args()
    peer = os.environ.get("PEER", "")
    named = set(re.findall(r"[\w-]+", peer))
    if unknown := set(options.algorithms) - set(ALGORITHMS):
        sys.exit(f"unknown algorithm {min(unknown)!r}: there are {', '.join(ALGORITHMS)}")
    print(f"{'':<10} {'a CPU-second':>14} {'all cores':>14}" + (f" {'peer, CPU-s':>14} {'ratio':>7}" if peer else ""))
    rows = []
    for name in options.algorithms:
        rows.append(measure(ALGORITHMS[name], options.seconds, peer if "{algo}" in peer or name in named else ""))
        show(rows[-1])
    functions = [time_function(name) for name in (*FUNCTIONS, "tiger")] if options.functions else []
    for row in functions:
        print(f"{row['function']:<12} {row['first']:8.4f} us for 80 bytes {row['next']:8.4f} us for 64 bytes")
    if options.json:
        options.json.write_text(json.dumps({"algorithms": rows, "functions": functions}, indent=2) + "\n")


if __name__ == "__main__":
    main()
