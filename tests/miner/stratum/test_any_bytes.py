"""Whatever the bytes: nothing is raised, and where they are cut makes no difference."""

import json
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pithead.stratum.bitcoin import BitcoinDialect
from pithead.stratum.bitcoin_job import BitcoinJob
from pithead.stratum.dialect import Failed, NewJob
from pithead.work import MAX_TARGET

# A busy machine is slow at making examples; that says nothing about what is tested.
patient = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NOTIFY = ["j", "00" * 32, "01", "02", ["03" * 32], "20000000", "1d00ffff", "5f5e1000", True]

SESSION = [
    {"id": 1, "result": {"version-rolling": True, "version-rolling.mask": "1fffe000"}, "error": None},
    {"id": None, "method": "mining.set_difficulty", "params": [0.5]},
    {"id": None, "method": "mining.notify", "params": NOTIFY},
    {"id": 2, "result": [[["mining.notify", "s"]], "0a0b", 4], "error": None},
    {"id": 3, "result": True, "error": None},
    {"id": 4, "result": False, "error": [20, "Not supported.", None]},
    {"id": None, "method": "mining.set_extranonce", "params": ["0c", 2]},
    {"id": None, "method": "mining.set_version_mask", "params": ["00006000"]},
    {"id": None, "method": "mining.notify", "params": NOTIFY},
    {"id": 9, "method": "mining.ping", "params": []},
    {"id": None, "method": "client.show_message", "params": ["hello"]},
    {"id": None, "method": "client.reconnect", "params": ["pool.example", 3333, 5]},
]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["00" * 32])
)
values = st.recursive(
    scalars,
    lambda deeper: st.lists(deeper, max_size=9) | st.dictionaries(st.text(max_size=5), deeper, max_size=3),
    max_leaves=6,
)
methods = st.sampled_from(sorted({str(message["method"]) for message in SESSION if "method" in message}))
messages = st.fixed_dictionaries(
    {},
    optional={"id": values, "method": methods | values, "params": values, "result": values, "error": values},
)


@st.composite
def mutated_sessions(draw):
    """A session in which some values are others and some messages are missing, twice or elsewhere."""
    session = json.loads(
        json.dumps(draw(st.lists(st.sampled_from(SESSION), min_size=1, max_size=15) | st.just(SESSION)))
    )
    for _ in range(draw(st.integers(0, 4))):
        message = draw(st.sampled_from(session))
        key = draw(st.sampled_from(sorted(message)))
        if isinstance(message[key], list) and message[key] and draw(st.booleans()):
            message[key][draw(st.integers(0, len(message[key]) - 1))] = draw(values)
        else:
            message[key] = draw(values)
    return b"".join(json.dumps(message).encode() + b"\n" for message in session)


def pieces(data, cuts):
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def hear(*data):
    dialect = BitcoinDialect("sha256d", 1, "w", "x", "a", 1)
    dialect.hello()
    return [event for piece in data for event in dialect.receive(piece)]


def check(events):
    """Assert what holds for all events, whatever was received."""
    assert all(not isinstance(event, Failed) for event in events[:-1])
    for event in events:
        for text in (getattr(event, "text", ""), getattr(event, "reason", "")):
            assert text.isprintable()
            assert len(text) < 500
        if isinstance(event, NewJob):
            assert isinstance(event.job, BitcoinJob)
            assert 1 <= event.job.target <= MAX_TARGET
            assert len(event.job.header(0)) == len(event.job.header(event.job.rolls - 1)) == 80


def test_an_honest_session_is_heard_to_its_end():
    events = hear(*(json.dumps(message).encode() + b"\n" for message in SESSION))
    check(events)
    kinds = {type(event).__name__ for event in events}
    assert kinds == {"DifficultySet", "NewJob", "Ready", "MoveTo", "Notice", "Send"}


@patient
@given(st.binary(max_size=300))
def test_any_bytes_are_borne(data):
    check(hear(data + b"\n"))


@patient
@given(st.lists(messages, max_size=8))
def test_any_json_is_borne(many):
    check(hear(b"".join(json.dumps(message).encode() + b"\n" for message in many)))


@patient
@given(mutated_sessions())
def test_a_session_gone_wrong_is_borne(data):
    check(hear(data))


@patient
@given(mutated_sessions() | st.binary(max_size=300), st.lists(st.integers(min_value=0), max_size=20))
def test_where_the_bytes_are_cut_makes_no_difference(data, cuts):
    assert hear(*pieces(data, cuts)) == hear(data)


def test_a_session_byte_by_byte_is_the_same():
    data = b"".join(json.dumps(message).encode() + b"\n" for message in SESSION)
    assert hear(*(data[at : at + 1] for at in range(len(data)))) == hear(data)
