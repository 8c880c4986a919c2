"""Every setting, once: its name, type, default, bounds, meaning and effect.

This definition gives the command line (`options.py`), the validation, the JSON Schema (`pithead --settings-schema`) and
docs/settings.md. Names are those of the T-Rex miner's long options; fields have underscores, files and options dashes.
"""

import difflib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pithead.errors import SettingsError


class Effect(StrEnum):
    """When a change of a setting takes effect."""

    LIVE = "live"
    """At once, on the running miner."""
    WORKER = "worker"
    """The workers concerned start again."""
    START = "start"
    """Read when the miner starts."""
    STORED = "stored"
    """Accepted so that T-Rex configurations work, kept, and without any effect here."""


class _Frozen(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
        alias_generator=lambda name: name.replace("_", "-"),
        allow_inf_nan=False,
    )


_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")


def _printable(text: str) -> str:
    if _CONTROL_CHARACTERS.search(text):
        raise ValueError("text without control characters")
    return text


Text = Annotated[str, Field(max_length=1024), AfterValidator(_printable)]


def _as_list(value: object) -> object:
    """T-Rex writes one value for all devices as a number and several as "20,21.5,23"."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else value


PerDevice = Annotated[tuple[float, ...], BeforeValidator(_as_list), Field(max_length=64)]
Indexes = Annotated[tuple[Annotated[int, Field(ge=0, le=255)], ...], BeforeValidator(_as_list), Field(max_length=256)]


class PoolSettings(_Frozen):
    """One pool to mine on."""

    url: Text = Field(
        description="Address of the pool: [stratum+tcp|stratum+ssl]://HOST:PORT; no scheme means stratum+tcp."
    )
    user: Text = Field(default="", description="Login at the pool: usually a wallet address, often WALLET.WORKER.")
    password: Text = Field(default="x", alias="pass", description="Password at the pool; most pools ignore it.")
    worker: Text = Field(
        default="", description="Name of this miner at the pool, appended to the login as LOGIN.WORKER."
    )
    pin: str = Field(
        default="",
        pattern=r"^$|^(sha256:)?([0-9A-Fa-f]{2}:?){32}$",
        description="SHA-256 fingerprint that the pool's TLS certificate must have, as hexadecimal digits.",
    )


def _setting(default: Any, effect: Effect, description: str, *, short: str = "", **bounds: Any) -> Any:
    extra: dict[str, Any] = {"effect": effect.value}
    if short:
        extra["short"] = short
    return Field(default=default, description=description, json_schema_extra=extra, **bounds)


LIVE, WORKER, START, STORED = Effect.LIVE, Effect.WORKER, Effect.START, Effect.STORED


class Settings(_Frozen):
    """What one miner is set to. Immutable: a change makes a new one."""

    # What to mine and where.
    algo: Text = _setting("", WORKER, "Algorithm to mine.", short="a")
    coin: Text = _setting("", STORED, "Name of the coin, shown by the API.")
    pools: tuple[PoolSettings, ...] = _setting(
        (),
        LIVE,
        "Pools: the first is the main one, the others are used in their order while it fails.",
        max_length=16,
    )
    proxy: Text = _setting(
        "", LIVE, "SOCKS5 proxy for the way to the pool, [USER:PASSWORD@]HOST:PORT; names resolve there."
    )
    retries: int = _setting(
        3,
        LIVE,
        "Attempts at one pool before the next one is tried; -1: never try the next.",
        short="r",
        ge=-1,
        le=10_000,
    )
    retry_pause: float = _setting(
        10,
        LIVE,
        "Pause between two attempts, in seconds: random, and growing to at most six times this.",
        short="R",
        ge=0,
        le=3600,
    )
    timeout: float = _setting(
        300, LIVE, "Reconnect after this many seconds without a word from the pool.", short="T", ge=5, le=86400
    )
    back_to_main_pool_sec: float = _setting(
        600, LIVE, "While on another pool, try the main one again every so many seconds.", ge=0, le=86400 * 7
    )
    reconnect_on_fail_shares: int = _setting(
        10, LIVE, "Reconnect after so many failed shares in a row; 0: never.", ge=0, le=10_000
    )
    no_strict_ssl: bool = _setting(False, LIVE, "Accept a pool's TLS certificate without checking it.")
    no_sni: bool = _setting(False, LIVE, "Do not tell the pool's TLS server which host name is meant.")
    no_hashrate_report: bool = _setting(False, STORED, "Do not report the hashrate to the pool.")
    send_stales: bool = _setting(False, LIVE, "Submit shares of jobs that the pool has withdrawn.")
    keep_gpu_busy: bool = _setting(False, LIVE, "Go on working on the last job while no pool is connected.")
    exit_on_connection_lost: bool = _setting(False, LIVE, "End when every pool has failed, instead of trying again.")
    validate_shares: bool = _setting(
        True, STORED, "Check every share on the CPU before it is submitted; here that is always done."
    )

    # Devices.
    devices: Indexes = _setting((), WORKER, "Indexes of the devices to use, as 0,1,2; none: all of them.", short="d")
    cpu: bool = _setting(
        False, WORKER, "Mine on the CPU too where there are GPUs; without any GPU the CPU is used anyway."
    )
    cpu_threads: int = _setting(0, WORKER, "Threads of the CPU device; 0: one per core.", ge=0, le=1024)
    cpu_devices: int = _setting(1, WORKER, "Split the CPU into so many devices.", ge=1, le=64)
    cache_dir: Text = _setting("", START, "Folder for compiled kernels; empty: the user's cache folder.")
    intensity: PerDevice = _setting((), STORED, "Intensity 8-25 per device; not needed by CPU devices.", short="i")

    # Readings and console.
    hashrate_avr: int = _setting(60, LIVE, "Window of the average hashrate, in seconds.", short="N", ge=1, le=86400)
    sharerate_avr: int = _setting(600, LIVE, "Window of the average share rate, in seconds.", ge=1, le=86400)
    gpu_report_interval: int = _setting(30, LIVE, "Print the table of devices every so many seconds.", ge=5, le=86400)
    gpu_report_interval_s: int = _setting(
        0, LIVE, "Print the table of devices every so many shares too; 0: never.", ge=0, le=100_000
    )
    quiet: bool = _setting(False, LIVE, "Print no lines about single shares and no tables.", short="q")
    hide_date: bool = _setting(False, LIVE, "Print times without the date.")
    no_color: bool = _setting(False, LIVE, "Print without colours.")
    no_new_block_info: bool = _setting(False, LIVE, "Print no line for a new block.")
    protocol_dump: bool = _setting(False, LIVE, "Print every line to and from the pool.", short="P")
    log_path: Text = _setting("", START, "Write the log to this file too.", short="l")

    # Running.
    time_limit: int = _setting(0, LIVE, "End after so many seconds; 0: never.", ge=0, le=86400 * 365)
    cpu_priority: int = _setting(
        2, STORED, "Priority 0-5 of the CPU threads; here CPU devices run at the lowest.", ge=0, le=5
    )


FIELDS = {name.replace("_", "-"): (name, field) for name, field in Settings.model_fields.items()}
"""Setting name with dashes -> field name and pydantic's field."""


def parse(values: Mapping[str, Any]) -> Settings:
    """Build settings from values by name, dashes or underscores; SettingsError names the first wrong one in a sentence."""
    try:
        return Settings.model_validate({str(name).replace("_", "-"): value for name, value in values.items()})
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def nearest(name: str, known: list[str]) -> str:
    """Return `; the nearest is X` for a mistyped name, or nothing where nothing is near."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; the nearest is {close[0]}" if close else ""


_SECRETS = frozenset({"user", "pass", "proxy"})
"""Settings whose value is not repeated, however wrong it is."""


def _sentence(error: ValidationError) -> str:
    """One sentence on the first thing wrong: what was written, and what would be right."""
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    place = f"pools[{path[1]}].{'.'.join(path[2:])}".rstrip(".") if path[0] == "pools" and len(path) > 1 else path[0]
    schema = Settings.model_json_schema(by_alias=True)
    if first["type"] == "extra_forbidden":
        known = list(schema["$defs"]["PoolSettings"]["properties"]) if "." in place else list(FIELDS)
        return f"unknown setting {place}{nearest(path[-1], known)}"
    if first["type"] == "missing":
        return f"{place} is missing"
    shape = _shape(schema, path)
    if path[-1] in _SECRETS:
        return f"{place} must be {shape}"
    shown = repr(first["input"]) if len(repr(first["input"])) <= 60 else repr(first["input"])[:57] + "..."
    return f"{place} must be {shape}, but is {shown}"


def _shape(schema: dict[str, Any], path: list[str]) -> str:
    """What the schema asks for at a path, in words."""
    node = schema["properties"][path[0]]
    if path[0] == "pools" and len(path) > 2:
        node = schema["$defs"]["PoolSettings"]["properties"][path[2]]
    if path[0] == "pools" and len(path) <= 2:
        return (
            "a list of at most 16 pools, each an object with url, user, pass, worker"
            if len(path) == 1
            else "an object"
        )
    if node["type"] == "array":
        return (
            "whole numbers such as 0,1,2" if path[0] == "devices" else "a number, or one per device such as 20,21.5"
        )
    kind = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}.get(node["type"], "text")
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None:
        return f"{kind} from {low} to {high}"
    if "pattern" in node:
        return "a SHA-256 fingerprint of 64 hexadecimal digits"
    return (
        f"{kind} of at most {node['maxLength']} characters, none of them control characters"
        if "maxLength" in node
        else kind
    )
