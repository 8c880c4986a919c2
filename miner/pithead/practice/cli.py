"""`pithead-pool`: the practice pool from the command line."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from pithead.errors import PitheadError, SettingsError
from pithead.practice.conduct import MISBEHAVIOURS, read_misbehaviour
from pithead.practice.ledger import Event
from pithead.practice.options import DEFAULT_VERSION_MASK, PracticeOptions
from pithead.practice.pool import NOTE, PracticePool
from pithead.practice.report import as_json, as_words

EXIT_STOPPED_EARLY = 1
"""Interrupted before the shares asked for by --shares."""

EXIT_SETTINGS = 2


def main(arguments: list[str] | None = None) -> int:
    """Run `pithead-pool`; return its exit status.

    0: the shares asked for were accepted, or it was stopped without any asked for; 1: stopped before; 2: settings.
    """
    wanted = _parser().parse_args(arguments)
    try:
        options = _options(wanted)
        return asyncio.run(_serve(options, wanted.shares, as_lines=wanted.json))
    except PitheadError as error:
        print(f"pithead-pool: {error}", file=sys.stderr)
        return EXIT_SETTINGS
    except BrokenPipeError:
        return EXIT_STOPPED_EARLY


async def _serve(options: PracticeOptions, shares: int | None, *, as_lines: bool) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    pool = PracticePool(options)

    def show(event: Event) -> None:
        if text := as_json(event) if as_lines else as_words(event):
            print(text, flush=True)

    pool.ledger.listeners.append(show)
    async with pool:
        ends: list[asyncio.Task[object]] = [asyncio.create_task(stopped.wait())]
        if shares:
            enough = pool.wait_for("share", accepted=True, count=shares, timeout_seconds=None)
            ends.append(asyncio.create_task(enough))
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
    pool.ledger.record("summary", **pool.summary())
    return EXIT_STOPPED_EARLY if shares and pool.counts["accepted"] < shares else 0


def _options(wanted: argparse.Namespace) -> PracticeOptions:
    host, colon, port = wanted.listen.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise SettingsError(f"--listen takes HOST:PORT, such as 127.0.0.1:3333, not '{wanted.listen}'.")
    if (wanted.tls_cert is None) != (wanted.tls_key is None):
        raise SettingsError("--tls-cert and --tls-key go together.")
    return PracticeOptions(
        algorithm=wanted.algo,
        host=host.strip("[]"),
        port=int(port),
        difficulty=wanted.difficulty,
        share_seconds=wanted.share_seconds,
        job_seconds=wanted.job_seconds,
        block_seconds=wanted.block_seconds,
        network_difficulty=wanted.network_difficulty,
        extranonce2_bytes=wanted.extranonce2_bytes,
        version_mask=int(wanted.version_mask, 16),
        verify=wanted.verify,
        misbehave=read_misbehaviour(",".join(wanted.misbehave)),
        tls_cert=wanted.tls_cert,
        tls_key=wanted.tls_key,
    )


def _parser() -> argparse.ArgumentParser:
    width = max(len(_form(name)) for name in MISBEHAVIOURS)
    listed = "\n".join(f"  {_form(name):{width}}  {each.help}" for name, each in MISBEHAVIOURS.items())
    parser = argparse.ArgumentParser(
        prog="pithead-pool",
        description=f"pithead-pool is {NOTE}. It verifies every share.",
        epilog=f"misbehaviour:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--algo", "-a", required=True, metavar="ALGO", help="algorithm, as `python -m pithead_kernels list` names it")
    add("--listen", default="127.0.0.1:3333", metavar="HOST:PORT", help="default %(default)s; port 0: any free one")
    add("--difficulty", type=_positive, metavar="D", help="fixed share difficulty; without it the pool adjusts it")
    add("--shares", type=_count, metavar="N", help="exit 0 after N accepted shares")
    add("--json", action="store_true", help="print one event a line as JSON")
    add("--misbehave", action="append", default=[], metavar="NAME[=VALUE],...", help="what it does wrong; see below")
    add("--share-seconds", type=_positive, default=5.0, metavar="S", help="aim of the adjusted difficulty (5)")
    add("--job-seconds", type=_positive, default=30.0, metavar="S", help="a new job this often (30)")
    add("--block-seconds", type=_positive, default=120.0, metavar="S", help="a new block this often (120)")
    add("--network-difficulty", type=_positive, metavar="D", help="what a made-up block takes (200 shares' work)")
    add("--extranonce2-bytes", type=int, default=4, choices=range(1, 17), metavar="N", help="1-16 (4)")
    add(
        "--version-mask",
        type=_mask,
        default=f"{DEFAULT_VERSION_MASK:08x}",
        metavar="HEX",
        help="0: no rolling (%(default)s)",
    )
    add("--verify", choices=("reference", "host"), help="hash shares by the Python reference or by the host build")
    add("--tls-cert", type=Path, metavar="FILE", help="certificate chain (PEM): speak TLS")
    add("--tls-key", type=Path, metavar="FILE", help="its key (PEM)")
    return parser


def _form(name: str) -> str:
    each = MISBEHAVIOURS[name]
    return f"{name}[={each.value}]" if each.value else name


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e300:
        raise argparse.ArgumentTypeError(f"a number above 0, not {text}")
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1, not {text}")
    return number


def _mask(text: str) -> str:
    if not 0 <= int(text, 16) < 2**32:
        raise argparse.ArgumentTypeError(f"eight hex digits, not {text}")
    return text


if __name__ == "__main__":
    sys.exit(main())
