"""What hostile and broken pools send, the attacks that once worked on other miners first."""

import json
import tracemalloc

import pytest

from pithead.stratum.dialect import DifficultySet, Failed, Judged, NewJob, Notice, Ready, Send
from pithead.work import Outcome, Share

ESCAPES = "\x1b[2J\x1b[31;5mYOUR WALLET\x07\x1b]0;pwned\x07\r\n\x00\x9b1mis \u202eempty\ud800\x1b[0m"


def usable(events):
    return [event for event in events if not isinstance(event, Notice)]


def is_printable(text):
    return text.isprintable() and text.encode()


# ── The historic attacks ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [1_000_000_000, 2**31, -1, 0, 17, 1.5, True, "4", None, [4]])
def test_a_huge_or_negative_extranonce2_size_ends_the_connection_cve_2014_4502(talk, size):
    (event,) = talk.subscribe("00", size)
    assert isinstance(event, Failed)


@pytest.mark.parametrize("size", [1_000_000_000, -1, 0])
def test_a_huge_or_negative_extranonce2_size_later_changes_nothing_cve_2014_4502(talk, size):
    talk.log_in()
    assert usable(talk.tell("mining.set_extranonce", "00", size)) == []
    assert talk.notify().extranonce.second_bytes == 4


@pytest.mark.parametrize("extranonce1", ["00" * 17, "0", "zz", " 0 0", "00" * 50_000, None, 5, {}])
def test_an_extranonce1_that_is_long_or_no_hexadecimal_ends_the_connection(talk, extranonce1):
    (event,) = talk.subscribe(extranonce1, 4)
    assert isinstance(event, Failed)


@pytest.mark.parametrize(
    "host",
    [
        "a" * 254,
        "a" * 100_000,
        "pool.example\x1b[2J",
        "pool example",
        "-o.example",
        "fe80::1%\x1b[2J",
        "stratum+tcp://pool.example",
        "pöol.example",
        ["pool.example"],
        17,
    ],
)
def test_a_long_or_odd_host_to_reconnect_to_is_ignored_cve_2014_4501(talk, host):
    assert usable(talk.tell("client.reconnect", host, 3333, 0)) == []


@pytest.mark.parametrize("port", [-1, 65536, 10**70, "x" * 1000, 3333.5, True, [], "3333; rm"])
def test_a_port_out_of_range_is_ignored(talk, port):
    assert usable(talk.tell("client.reconnect", "pool.example", port, 0)) == []


@pytest.mark.parametrize("wait", [-1, 10**9, "soon"])
def test_a_wait_before_reconnecting_that_is_out_of_range_is_ignored(talk, wait):
    assert usable(talk.tell("client.reconnect", "pool.example", 3333, wait)) == []


@pytest.mark.parametrize(
    ("at", "value"),
    [
        *((0, value) for value in (None, 5, "", "j" * 129, "job\x1b[2J", "job\n", "jöb")),
        *((1, value) for value in (None, "", "00", "00" * 33, "zz" * 32, "0" * 63, "00 " * 32, 5)),
        *((2, value) for value in (None, "0", "xx", 5, "0x00", " 00 ")),
        *((3, value) for value in (None, {}, "00" * 32_769)),
        *((4, value) for value in (None, "00" * 32, ["00"], ["00" * 32] * 65, [None], [["00" * 32]], {})),
        *((field, value) for field in (5, 6, 7) for value in (None, 1, -1, "", "0000000", "000000000", "zzzzzzzz")),
        *((8, value) for value in (None, "true", 2, [])),
    ],
)
def test_a_job_with_a_bad_field_is_ignored_with_a_notice_cve_2014_4503(talk, block_125552, at, value):
    talk.log_in()
    block_125552[at] = value
    (event,) = talk.tell("mining.notify", *block_125552)
    assert isinstance(event, Notice)
    assert is_printable(event.text)
    assert talk.notify().id == "block-125552"


@pytest.mark.parametrize("count", range(9))
def test_a_job_with_too_few_fields_is_ignored(talk, block_125552, count):
    talk.log_in()
    assert usable(talk.tell("mining.notify", *block_125552[:count])) == []


def test_a_line_of_ten_megabytes_ends_the_connection_without_being_kept(talk):
    talk.log_in()
    tracemalloc.start()
    events = []
    for _ in range(160):
        events += talk.dialect.receive(b"a" * 65536)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [type(event) for event in events] == [Failed]
    assert peak < 1024 * 1024


def test_a_line_of_ten_megabytes_at_once_ends_the_connection(talk):
    assert [type(event) for event in talk.hear(b"a" * 10_000_000 + b"\n")] == [Failed]


def test_the_longest_line_allowed_is_read(talk):
    talk.log_in()
    text = "a" * (128 * 1024 - len(json.dumps({"method": "client.show_message", "params": [""]})))
    message = json.dumps({"method": "client.show_message", "params": [text]}).encode()
    assert len(message) == 128 * 1024
    assert [type(event) for event in talk.hear(message + b"\n")] == [Notice]
    assert [type(event) for event in talk.hear(b" " + message + b"\n")] == [Failed]


def test_a_message_with_escape_codes_reaches_the_person_as_plain_text(talk):
    (notice,) = talk.tell("client.show_message", ESCAPES)
    assert notice == Notice("The pool says: YOUR WALLET ]0;pwned is empty")


def test_a_reason_with_escape_codes_is_cleaned(talk):
    talk.log_in()
    share = Share(talk.notify(), 0, 0, 1, 0)
    (verdict,) = talk.answer(talk.submit(share), False, [23, ESCAPES, None])
    assert verdict == Judged(share, Outcome.REJECTED, "YOUR WALLET ]0;pwned is empty", 23)


def test_a_refusal_with_escape_codes_is_cleaned(talk):
    (failed,) = talk.answer(talk.id_of("mining.subscribe"), None, ESCAPES)
    assert is_printable(failed.reason)


def test_a_very_long_message_is_cut(talk):
    (notice,) = talk.tell("client.show_message", "long " * 20_000)
    assert len(notice.text) < 400


def test_only_a_few_messages_are_shown_between_two_jobs(talk):
    talk.log_in()
    shown = [event for _ in range(1000) for event in talk.tell("client.show_message", "buy now")]
    assert len(shown) == 8
    talk.notify()
    assert len(talk.tell("client.show_message", "buy now")) == 1


# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "difficulty", [b"0", b"-1", b"-0.0", b"1e-320", b"1e400", b"NaN", b"Infinity", b"-Infinity", b"1e999999", b"-1e400", b"1e78", b"9" * 5000, b"true",
                   b"null", b'"one"', b"[1]", b"{}", b'"1"', b"0." + b"0" * 5000 + b"1"]
)  # fmt: skip
def test_what_is_no_difficulty_is_ignored(talk, difficulty):
    talk.log_in()
    talk.tell("mining.set_difficulty", 8)
    events = talk.hear(b'{"id":null,"method":"mining.set_difficulty","params":[' + difficulty + b"]}\n")
    assert [type(event) for event in events] == [Notice]
    assert talk.notify().difficulty == 8.0


@pytest.mark.parametrize(
    "id_", [b"9" * 5000, b"1e999", b'{"a":[]}', b"[1]", b"-1", b"true", b'"' + b"9" * 5000 + b'"']
)
def test_an_answer_under_an_absurd_id_harms_nothing(talk, id_):
    talk.log_in()
    talk.answer(talk.id_of("mining.extranonce.subscribe"), True)
    talk.answer(talk.submit(Share(talk.notify(), 0, 0, 1, 0)), True)
    share = Share(talk.notify(), 0, 1, 1, 0)
    talk.submit(share)
    assert talk.hear(b'{"id":' + id_ + b',"result":true,"error":null}\n') == []
    assert talk.dialect.unanswered == (share,)


@pytest.mark.parametrize("id_", [{"a": 1}, [1], True, None, "i" * 65, 1.5])
def test_a_request_under_an_id_that_is_none_gets_no_answer(talk, id_):
    assert talk.tell("mining.ping", id_=id_) == []


@pytest.mark.parametrize("code", [2**31, 10**50, 1.5, "x", None, [21], True])
def test_an_absurd_error_code_is_no_code(talk, code):
    talk.log_in()
    (verdict,) = talk.answer(talk.submit(Share(talk.notify(), 0, 0, 1, 0)), False, [code, "no", None])
    assert verdict.code is None


@pytest.mark.parametrize("mask", [None, 5, "", "1fffe0000", "0x1fffe0", "-1", " 1", "1_0", []])
def test_a_mask_that_is_none_is_ignored(talk, mask):
    talk.answer(1, {"version-rolling": True, "version-rolling.mask": "1fffe000"})
    talk.log_in()
    assert usable(talk.tell("mining.set_version_mask", mask)) == []
    assert talk.notify().version_mask == 0x1FFFE000


# ── Not the protocol ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\x00\xff\xfe\x80\n",
        b"\x16\x03\x01\x02\x00\x01\n",
        b"{\n",
        b"[]\n",
        b"null\n",
        b"1e999\n",
        b'"mining.notify"\n',
        b"[" * 100_000 + b"\n",
        b'{"a":' * 9 + b"1" + b"}" * 9 + b"\n",
        b'{"id":1,"id":2,"result":true}\n',
        b'{"id":1,"result":true}{"id":2,"result":true}\n',
        b'{"method":"mining.notify","params":[{"a":1,"a":2}]}\n',
        b'"' + b'\\"' * 60_000 + b"\n",
        b'[[[[[[[[["' + b'\\"' * 60_000 + b"\n",
    ],
)
def test_what_is_not_stratum_ends_the_connection(talk, garbage):
    events = talk.hear(garbage)
    assert [type(event) for event in events] == [Failed]
    assert is_printable(events[0].reason)


def test_json_eight_deep_is_read(talk):
    deep = b'{"id":null,"method":"mining.sing","params":' + b"[" * 7 + b"]" * 7 + b"}\n"
    assert talk.hear(deep) == []


def test_brackets_within_texts_are_not_depth(talk):
    assert usable(talk.tell("client.show_message", '[{"' * 500)) == []
    assert isinstance(talk.events[-1], Notice)


def test_empty_lines_and_carriage_returns_are_nothing(talk):
    assert talk.hear(b"\n\r\n  \n") == []
    id_ = talk.id_of("mining.subscribe")
    assert [type(event) for event in talk.hear(b'{"id":%d,"result":[[],"00",4]}\r\n' % id_)] == [Send]


def test_bytes_that_are_not_utf_8_within_a_text_are_replaced(talk):
    (notice,) = talk.hear(b'{"id":null,"method":"client.show_message","params":["caf\xe9"]}\n')
    assert notice == Notice("The pool says: caf\ufffd")


@pytest.mark.parametrize("params", [None, {}, "x", 5, [], {"difficulty": 5}])
@pytest.mark.parametrize("method", ["notify", "set_difficulty", "set_extranonce", "set_version_mask"])
def test_parameters_of_another_shape_are_ignored(talk, method, params):
    talk.log_in()
    message = json.dumps({"id": None, "method": f"mining.{method}", "params": params}).encode()
    assert [type(event) for event in talk.hear(message + b"\n")] == [Notice]


def test_events_before_the_nonsense_are_kept_and_those_after_it_are_not(talk):
    talk.log_in()
    difficulty = b'{"id":null,"method":"mining.set_difficulty","params":[2]}\n'
    events = talk.hear(difficulty + b"nonsense\n" + difficulty)
    assert [type(event) for event in events] == [DifficultySet, Failed]


def test_a_pool_that_sends_nothing_but_malformed_messages_is_left(talk):
    events = talk.hear(b"{}\n" * 10_000)
    assert [type(event) for event in events] == [Notice] * 100 + [Failed]


def test_malformed_messages_between_good_jobs_are_borne(talk, block_125552):
    talk.log_in()
    for _ in range(10):
        talk.hear(b"{}\n" * 90)
        assert talk.notify().id == "block-125552"


def test_a_flood_of_jobs_keeps_memory_flat(talk, block_125552):
    talk.log_in()

    def flood(first):
        for serial in range(first, first + 2000):
            talk.dialect.receive(announce(serial))

    def announce(serial):
        fields = [str(serial), *block_125552[1:7], f"{serial:08x}", False]
        return json.dumps({"id": None, "method": "mining.notify", "params": fields}).encode() + b"\n"

    flood(0)
    tracemalloc.start()
    flood(2000)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept < 64 * 1024


def test_a_flood_in_one_piece_gives_every_job_in_order(talk, block_125552):
    talk.log_in()
    fields = [json.dumps([str(serial), *block_125552[1:]]).encode() for serial in range(200)]
    events = talk.hear(*(b'{"id":null,"method":"mining.notify","params":' + each + b"}\n" for each in fields))
    assert [event.job.id for event in events if isinstance(event, NewJob)] == [str(serial) for serial in range(200)]


def test_a_share_is_not_judged_by_a_pool_that_only_repeats_its_login(talk):
    talk.log_in()
    share = Share(talk.notify(), 0, 0, 1, 0)
    talk.submit(share)
    talk.answer(talk.id_of("mining.authorize"), True)
    talk.answer(talk.id_of("mining.subscribe"), [[], "00", 4])
    assert talk.dialect.unanswered == (share,)
    assert sum(isinstance(event, Ready) for event in talk.events) == 1
