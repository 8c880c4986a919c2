"""The command `pithead`: command line, environment and configuration file become settings; then the rig runs."""

import asyncio
import atexit
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from pithead import __version__, config, log
from pithead.devices.device import DeviceInfo
from pithead.devices.roster import algorithm_names, describe, find_devices
from pithead.errors import PitheadError, SettingsError
from pithead.options import parse_arguments, settings_schema
from pithead.pool import read_address, read_pin, read_proxy
from pithead.rig import Rig
from pithead.settings import Settings, nearest, parse

EXIT_FAILED, EXIT_SETTINGS = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the miner; returns 0 after a clean end, 1 when it cannot go on, 2 for wrong settings."""
    try:
        settings, printing = load(sys.argv[1:] if arguments is None else arguments, os.environ)
        if printing:
            print(_printed(printing, settings))
            return 0
        check_algorithm(settings)
        check_addresses(settings)
        if settings.cache_dir:
            os.environ["PITHEAD_CACHE_DIR"] = settings.cache_dir  # the worker processes inherit it
        log.set_up(settings)
        return asyncio.run(_mine(settings))
    except SettingsError as error:
        print(f"pithead: {error}", file=sys.stderr)
        return EXIT_SETTINGS
    except PitheadError as error:
        print(f"pithead: {error}", file=sys.stderr)
        return EXIT_FAILED


async def _mine(settings: Settings) -> NoReturn:
    _leave(await Rig(settings, _devices(settings)).run())


def _leave(code: int) -> NoReturn:
    """End at once: asyncio and Python would wait for threads, and one that resolves a name may hang for minutes."""
    atexit._run_exitfuncs()  # the log, and kernels that were built for this process only
    os._exit(code)


def _devices(settings: Settings) -> tuple[DeviceInfo, ...]:
    return find_devices(settings.cpu_threads, settings.cpu_devices, settings.devices)


def load(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[Settings, set[str]]:
    """Return the settings, the command line before the file, and the print-and-leave options given."""
    given, printing, file = parse_arguments(arguments)
    from_file = config.read(Path(file), environment) if file else {}
    return parse({**from_file, **given}), printing


def check_algorithm(settings: Settings) -> None:
    """Refuse an algorithm that we do not have, and pools without an algorithm."""
    names = algorithm_names()
    if not settings.algo:
        if settings.pools:
            raise SettingsError(f"say what to mine with -a ALGO; there are {', '.join(names)}")
    elif settings.algo not in names:
        raise SettingsError(
            f"unknown algorithm {settings.algo!r}{nearest(settings.algo, names)}; there are {', '.join(names)}"
        )


def check_addresses(settings: Settings) -> None:
    """Refuse addresses that cannot be meant: the pool side would only try them for ever."""
    for pool in settings.pools:
        read_address(pool.url)
        read_pin(pool.pin)
    if settings.proxy:
        read_proxy(settings.proxy)


def _printed(printing: set[str], settings: Settings) -> str:
    texts: dict[str, Callable[[], str]] = {
        "version": lambda: f"pithead {__version__}",
        "settings-schema": settings_schema,
        "devices-info": lambda: describe(_devices(settings)),
    }
    return "\n".join(text() for name, text in texts.items() if name in printing)


if __name__ == "__main__":
    sys.exit(main())
