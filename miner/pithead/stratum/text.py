"""What a pool may put before a person's eyes: printable, on one line, and not too long."""

import re

_READ_CHARACTERS = 4096
# ECMA-48 §5.4: a control sequence is CSI (ESC [ or U+009B), parameters, intermediates, one final byte.
_CONTROL_SEQUENCE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]")


def cleaned(text: str, limit: int = 200) -> str:
    """Return `text` on one line of at most `limit` printable characters.

    Terminal control sequences go; every other character that is not printable (controls, bidirectional overrides, lone
    surrogates) becomes a space, and spaces in a row become one.
    """
    without = _CONTROL_SEQUENCE.sub("", text[:_READ_CHARACTERS])
    printable = "".join(char if char.isprintable() else " " for char in without)
    line = " ".join(printable.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
