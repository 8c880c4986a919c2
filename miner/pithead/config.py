"""The configuration file: T-Rex's JSON, with comments, dashed keys and %NAME% taken from the environment."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import json5

from pithead.errors import SettingsError

MAX_BYTES = 1 << 20
_VARIABLE = re.compile(r"%([A-Za-z_][A-Za-z0-9_]*)%")


def read(path: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings that a file gives, by name with dashes; SettingsError says what is wrong with the file."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        text = raw.decode()
    except OSError as error:
        raise SettingsError(f"the configuration file {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"the configuration file {path} is not UTF-8 text") from None
    if len(raw) > MAX_BYTES:
        raise SettingsError(f"the configuration file {path} is larger than {MAX_BYTES} bytes")
    try:
        values = json5.loads(text, allow_duplicate_keys=False)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"the configuration file {path} is not JSON: {_first_line(error)}") from None
    if not isinstance(values, dict):
        raise SettingsError(f"the configuration file {path} must hold one JSON object of settings")
    return {name.replace("_", "-"): expand(value, environment, name) for name, value in values.items()}


def expand(value: Any, environment: Mapping[str, str], name: str) -> Any:
    """Replace %NAME% in every string of a value by the environment's variable of that name."""
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _variable(match[1], environment, name), value)
    if isinstance(value, list):
        return [expand(item, environment, name) for item in value]
    if isinstance(value, dict):
        return {key: expand(item, environment, f"{name}.{key}") for key, item in value.items()}
    return value


def _variable(variable: str, environment: Mapping[str, str], name: str) -> str:
    try:
        return environment[variable]
    except KeyError:
        raise SettingsError(f"{name} asks for %{variable}%, but the environment has no variable {variable}") from None


def _first_line(error: Exception) -> str:
    text = str(error).splitlines()
    return text[0].removeprefix("<string>:") if text else type(error).__name__
