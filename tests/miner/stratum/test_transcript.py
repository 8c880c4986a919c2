"""The protocol dump."""

from pithead.stratum import dialect_for
from pithead.stratum.transcript import Transcript


def transcript() -> tuple[Transcript, list[str]]:
    lines: list[str] = []
    return Transcript(dialect_for("sha256d", 1, "W", "x", "test/1", 1), lines.append), lines


def test_lines_in_both_directions_are_written_whole_however_they_arrive():
    dialect, lines = transcript()
    dialect.hello()
    dialect.receive(b'{"id":null,"method":"mining.pi')
    dialect.receive(b'ng","params":[]}\n')
    assert lines[0].startswith("> ")
    assert '< {"id":null,"method":"mining.ping","params":[]}' in lines


def test_our_answers_are_written_too():
    dialect, lines = transcript()
    dialect.receive(b'{"id":7,"method":"mining.ping","params":[]}\n')
    assert any(line.startswith("> ") and "pong" in line for line in lines)


def test_a_line_without_an_end_does_not_fill_the_memory():
    dialect, lines = transcript()
    for _ in range(100):
        dialect.receive(b"x" * 100_000)
    dialect.receive(b"\n")
    assert all(len(line) < 5000 for line in lines)
