"""Where the miner's words go: the console and a file, with colours or without, and never with a secret in them."""

import logging
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from pithead.errors import SettingsError
from pithead.settings import Settings

LOG = logging.getLogger("pithead")
PROTOCOL = logging.getLogger("pithead.protocol")

_COLOURS = {logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m", logging.CRITICAL: "\x1b[31m"}
_GREEN, _GREY, _END = "\x1b[32m", "\x1b[90m", "\x1b[0m"
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SHORTEST_SECRET = 4


def mask(secret: str) -> str:
    """Shorten a wallet so that its owner knows it and nobody else learns it."""
    return f"{secret[:4]}…{secret[-4:]}" if len(secret) >= 16 else "***"


def secrets(settings: Settings) -> dict[str, str]:
    """Return every text that must not be printed, and what is printed in its place."""
    found: dict[str, str] = {}
    for pool in settings.pools:
        wallet = pool.user.split(".")[0]
        found[wallet] = mask(wallet)
        found[pool.password] = "***"
    if "@" in settings.proxy:
        found[settings.proxy.rpartition("@")[0]] = "***"
    return {secret: shown for secret, shown in found.items() if len(secret) >= _SHORTEST_SECRET}


class _Line(logging.Formatter):
    """One line of the log: time, colour by weight, secrets masked, control characters shown as such."""

    def __init__(self, settings: Settings, *, coloured: bool) -> None:
        super().__init__("%(asctime)s %(message)s", "%H:%M:%S" if settings.hide_date else "%Y-%m-%d %H:%M:%S")
        self._coloured = coloured
        self._secrets = secrets(settings)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, self._secrets[secret])
        text = _CONTROL_CHARACTERS.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
        if not self._coloured:
            return text
        if record.name == PROTOCOL.name:
            return f"{_GREY}{text}{_END}"
        colour = _COLOURS.get(record.levelno, _GREEN if getattr(record, "good", False) else "")
        return f"{colour}{text}{_END}" if colour else text


def set_up(settings: Settings, stream: TextIO | None = None) -> None:
    """Send the log where the settings say; call it again when they change."""
    out = stream or sys.stdout
    handlers: list[logging.Handler] = [logging.StreamHandler(out)]
    handlers[0].setFormatter(_Line(settings, coloured=not settings.no_color and out.isatty()))
    if settings.log_path:
        handlers.append(_file(Path(settings.log_path)))
        handlers[1].setFormatter(_Line(settings, coloured=False))
    _replace(handlers)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    PROTOCOL.disabled = not settings.protocol_dump


def _file(path: Path) -> logging.Handler:
    try:
        return logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"log-path {path} cannot be written: {error.strerror}") from None


def _replace(handlers: Iterable[logging.Handler]) -> None:
    for old in list(LOG.handlers):
        LOG.removeHandler(old)
        if isinstance(old, logging.FileHandler):
            old.close()
    for handler in handlers:
        LOG.addHandler(handler)
