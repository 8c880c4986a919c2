"""The text of a program: its source and every header that it includes, found by following the include lines."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pithead_kernels.algorithm import ROOT, Program

COMMON = ROOT / "common"
"""Where the headers lie that algorithms share."""

_INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|([A-Z_][A-Z0-9_]*))', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """All that a compiler reads of a program, so that the same content always gives the same file."""

    name: str
    """Names the program in file names and messages: `x16r-stage-keccak512`."""
    path: Path
    text: str
    headers: tuple[tuple[str, str], ...]
    """(name, text) of every header that is included, directly or not, by name."""
    defines: tuple[tuple[str, str], ...]

    @property
    def fingerprint(self) -> str:
        """32 hex digits that change with any of the content."""
        parts = [self.text, *(part for pair in self.headers + self.defines for part in pair)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def read(program: Program) -> Source:
    """Read a program and the headers it includes from disk. Raises FileNotFoundError for a header that does not exist."""
    path = ROOT / program.source
    defines = dict(program.defines)
    text = path.read_text()
    headers: dict[str, str] = {}
    waiting = _included(text, defines)
    while waiting:
        name = waiting.pop()
        if name not in headers:
            headers[name] = (COMMON / name).read_text()
            waiting += _included(headers[name], defines)
    marks = [defines["FUNCTION"]] if "FUNCTION" in defines else []
    return Source(
        name="-".join([*Path(program.source).with_suffix("").parts, *marks]),
        path=path,
        text=text,
        headers=tuple(sorted(headers.items())),
        defines=program.defines,
    )


def _included(text: str, defines: dict[str, str]) -> list[str]:
    """Return the headers that a text includes by name, or through one of the program's own -D macros."""
    found = (quoted or defines[macro].strip('"') for quoted, macro in _INCLUDE.findall(text))
    return list(found)
