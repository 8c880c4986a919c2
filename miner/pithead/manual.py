"""Writes docs/settings.md from the definition of the settings: `python -m pithead.manual > docs/settings.md`."""

from typing import Any

from pithead.options import POOL_OPTIONS, PRINT_AND_LEAVE
from pithead.settings import FIELDS, PoolSettings, Settings

_EFFECTS = {
    "live": "on the running miner, at once",
    "worker": "the workers concerned start again",
    "start": "read when the miner starts",
    "stored": "accepted so that T-Rex configurations work; does nothing here",
}

_HEAD = """# Settings

<!-- Written by `python -m pithead.manual > docs/settings.md`; a test holds it equal. -->

Each setting is a long option on the command line, and a key in the configuration file (`-c FILE`: JSON, comments allowed,
`%NAME%` taken from the environment). Names may have dashes or underscores. The command line beats the file. A wrong or
unknown setting ends the start with one sentence and exit code 2.
"""


def settings_page() -> str:
    """Return the page, in Markdown."""
    properties = Settings.model_json_schema(by_alias=True)["properties"]
    lines = [_HEAD, "| setting | short | value | default | effect | meaning |", "|---|---|---|---|---|---|"]
    for name, (attribute, field) in FIELDS.items():
        extra: Any = field.json_schema_extra
        short = f"`-{extra['short']}`" if extra.get("short") else ""
        default = _default(Settings.model_fields[attribute].default)
        value = _value(properties[name])
        lines.append(f"| `{name}` | {short} | {value} | {default} | {extra['effect']} | {field.description} |")
    lines += ["", "## Pools", "", "Each entry of `pools`; on the command line every `-o` starts another pool.", ""]
    lines += ["| key | option | meaning |", "|---|---|---|"]
    for name, short in POOL_OPTIONS.items():
        field = PoolSettings.model_fields["password" if name == "pass" else name]
        flags = ", ".join(f"`{flag}`" for flag in (short, f"--{name}") if flag)
        lines.append(f"| `{name}` | {flags} | {field.description} |")
    lines += ["", "## Print and leave", ""]
    lines += [f"- `--{name}`: {text}" for name, text in PRINT_AND_LEAVE.items()]
    lines += ["", "## Effects", ""]
    lines += [f"- **{effect}**: {meaning}." for effect, meaning in _EFFECTS.items()]
    return "\n".join(lines) + "\n"


def _default(value: object) -> str:
    if value in ("", ()):
        return ""
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


def _value(schema: dict[str, Any]) -> str:
    if schema["type"] == "array":
        return "list"
    kind = {"integer": "whole number", "boolean": "true, false", "string": "text"}.get(schema["type"], "number")
    if "minimum" in schema:
        return f"{kind}, {schema['minimum']} to {schema['maximum']}"
    return kind


if __name__ == "__main__":
    print(settings_page(), end="")
