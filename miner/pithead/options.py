"""The command line, made from the definition of the settings."""

import argparse
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NoReturn

from pithead import __version__
from pithead.errors import SettingsError
from pithead.settings import FIELDS, PoolSettings, Settings, nearest

POOL_OPTIONS = {"url": "-o", "user": "-u", "pass": "-p", "worker": "-w", "pin": ""}
"""Options that make up `pools`: each --url starts another pool."""

PRINT_AND_LEAVE = {
    "version": "Print the version and leave.",
    "devices-info": "Print the devices and leave.",
    "settings-schema": "Print the JSON Schema of the settings and leave.",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingsError(message)


class _PoolOption(argparse.Action):
    """Collects -o -u -p -w in the order given, so that repeating them makes failover pools."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        given: list[tuple[str, str]] = getattr(namespace, "pools", None) or []
        namespace.pools = [*given, (self.metavar, values)]


def parse_arguments(arguments: Sequence[str]) -> tuple[dict[str, Any], set[str], str | None]:
    """Return the settings given by name, the print-and-leave options given, and the configuration file, if any."""
    parser = build_parser()
    known, unknown = parser.parse_known_args([_dashed(argument) for argument in arguments])
    if unknown:
        raise SettingsError(_unknown_option(unknown[0]))
    given = {name.replace("_", "-"): value for name, value in vars(known).items() if value is not None}
    config: str | None = given.pop("config", None)
    printing = {name for name in PRINT_AND_LEAVE if given.pop(name, False)}
    if "pools" in given:
        given["pools"] = _group(given["pools"])
    return given, printing, config


def build_parser() -> argparse.ArgumentParser:
    """Make the parser: every setting is an option, with dashes or underscores, flags with an optional true or false."""
    parser = _Parser(
        prog="pithead",
        usage="pithead -a ALGO -o HOST:PORT -u WALLET [-p PASSWORD] [-w WORKER] [options]",
        description=f"Pithead {__version__}: an open proof-of-work miner for NVIDIA GPUs, without a fee.",
        epilog="Every option is explained in docs/settings.md. The command line beats the configuration file.",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-c", "--config", metavar="FILE", help="Configuration file: JSON, comments allowed.")
    for name, text in PRINT_AND_LEAVE.items():
        parser.add_argument(f"--{name}", action="store_true", default=None, help=text)
    for name, short in POOL_OPTIONS.items():
        field = PoolSettings.model_fields["password" if name == "pass" else name]
        flags = [flag for flag in (short, f"--{name}") if flag]
        parser.add_argument(*flags, metavar=name, action=_PoolOption, dest="pools", help=_plain(field.description))
    for name, (attribute, field) in FIELDS.items():
        if name != "pools":
            _add_setting(parser, name, attribute, field)
    return parser


def _add_setting(parser: argparse.ArgumentParser, name: str, attribute: str, field: Any) -> None:
    short = field.json_schema_extra.get("short")
    flags = [*([f"-{short}"] if short else []), f"--{name}"]
    flag = field.annotation is bool
    parser.add_argument(
        *flags,
        dest=attribute,
        nargs="?" if flag else None,
        const="true" if flag else None,
        metavar="true|false" if flag else {int: "N", float: "N"}.get(field.annotation, "TEXT"),
        help=_plain(field.description),
    )


def _dashed(argument: str) -> str:
    """T-Rex takes names with dashes or underscores."""
    if not argument.startswith("--"):
        return argument
    name, equals, value = argument.partition("=")
    return name.replace("_", "-") + equals + value


def _plain(text: str | None) -> str:
    """Escape what argparse would take for a format."""
    return (text or "").replace("%", "%%")


def _group(given: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Make pools of the options in their order; what a later pool does not say it takes from the one before it."""
    pools: list[dict[str, str]] = [{}]
    for name, value in given:
        if name == "url" and "url" in pools[-1]:
            pools.append({})
        pools[-1][name] = value
    for previous, pool in pairwise(pools):
        for name in ("user", "pass", "worker"):
            if name in previous:
                pool.setdefault(name, previous[name])
    for following, pool in pairwise(reversed(pools)):
        if "user" in following:
            pool.setdefault("user", following["user"])
    if "url" not in pools[0]:
        raise SettingsError("a pool was described without its address; add -o stratum+tcp://HOST:PORT")
    return pools


def _unknown_option(option: str) -> str:
    name = option.split("=", 1)[0].lstrip("-").replace("_", "-")
    if not option.startswith("-"):
        return f"unexpected argument {option!r}; options start with a dash, as in -a x16r -o HOST:PORT -u WALLET"
    known = [*FIELDS, *POOL_OPTIONS, *PRINT_AND_LEAVE, "config", "help"]
    return f"unknown option {option.split('=', 1)[0]}{nearest(name, known).replace('is ', 'is --')}"


def settings_schema() -> str:
    """Return the JSON Schema of the settings (2020-12), as text."""
    schema = Settings.model_json_schema(by_alias=True)
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2)
