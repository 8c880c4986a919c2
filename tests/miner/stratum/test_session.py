"""A connection from the first word to a verdict, as honest pools of several makes hold it."""

import pytest

from pithead.stratum import dialect_for
from pithead.stratum.dialect import Dialect, DifficultySet, Failed, Judged, MoveTo, NewJob, Notice, Ready, Send
from pithead.work import Outcome


def kinds(events):
    return [type(event) for event in events]


def jobs(events):
    return [event.job for event in events if isinstance(event, NewJob)]


# ── Login ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_configure_comes_first_and_asks_for_the_bits_that_miners_may_choose(talk):
    assert talk.sent[0]["method"] == "mining.configure"
    assert talk.sent[0]["params"][1]["version-rolling.mask"] == "1fffe000"


def test_without_version_rolling_the_subscription_comes_first(connect):
    assert [each["method"] for each in connect(version_rolling=False).sent] == ["mining.subscribe"]


def test_only_sha256d_rolls_versions_by_default():
    wanted = {name: b"configure" in dialect_for(name, 1, "w", "x", "a", 1).hello() for name in ("sha256d", "x16r")}
    assert wanted == {"sha256d": True, "x16r": False}


def test_the_login_follows_the_subscription(talk):
    talk.subscribe()
    assert (talk.sent[-1]["method"], talk.sent[-1]["params"]) == ("mining.authorize", ["wallet.rig", "x"])


def test_an_accepted_login_makes_ready_and_subscribes_to_extranonces(talk):
    assert Ready() in talk.log_in()
    assert talk.sent[-1]["method"] == "mining.extranonce.subscribe"


def test_extranonce_subscription_can_be_left_out(connect):
    talk = connect(extranonce_subscribe=False)
    talk.log_in()
    assert talk.sent[-1]["method"] == "mining.authorize"


@pytest.mark.parametrize("error", [[24, "unauthorized worker", None], {"code": 24, "message": "unauthorized worker"}])
def test_a_refused_login_fails_with_the_pools_reason(talk, error):
    talk.subscribe()
    events = talk.answer(talk.id_of("mining.authorize"), None, error)
    assert events == [Failed("The pool refused the login: unauthorized worker", refused=True)]


def test_a_login_answered_with_false_alone_is_refused(talk):
    talk.subscribe()
    (event,) = talk.answer(talk.id_of("mining.authorize"), False)
    assert isinstance(event, Failed)
    assert event.refused


def test_a_refused_subscription_fails(talk):
    events = talk.answer(talk.id_of("mining.subscribe"), None, "Banned")
    assert events == [Failed("The pool refused the subscription: Banned", refused=True)]


@pytest.mark.parametrize("answer", [(None, [20, "Not supported.", None]), (False, None), (True, None), ("?", {})])
def test_whatever_the_pool_says_to_extranonce_subscribe_is_no_event(talk, answer):
    talk.log_in()
    assert talk.answer(talk.id_of("mining.extranonce.subscribe"), *answer) == []


def test_nothing_is_heard_after_a_failure(talk):
    talk.answer(talk.id_of("mining.subscribe"), None, "Banned")
    assert talk.subscribe() == talk.tell("client.show_message", "hello?") == []


def test_it_is_a_dialect(talk):
    dialect: Dialect = talk.dialect
    assert dialect.unanswered == ()


# ── Jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_job_announced_before_the_subscription_is_answered_is_given_then(talk, block_125552):
    assert talk.tell("mining.notify", *block_125552) == []
    assert [job.id for job in jobs(talk.subscribe())] == ["block-125552"]


def test_difficulty_is_1_until_the_pool_says_otherwise(talk):
    talk.log_in()
    assert talk.notify().difficulty == 1.0


def test_a_new_difficulty_applies_to_the_next_job(talk):
    talk.log_in()
    before = talk.notify()
    assert talk.tell("mining.set_difficulty", 512) == [DifficultySet(512.0)]
    assert (before.difficulty, talk.notify().difficulty) == (1.0, 512.0)


def test_x16r_difficulty_is_256_times_easier(connect):
    talk = connect("x16r", 256)
    talk.log_in()
    talk.tell("mining.set_difficulty", 0.5)
    assert talk.notify().target == 512 * (0xFFFF << 208)


def test_a_new_extranonce_applies_to_the_next_job_even_under_the_same_id(talk):
    talk.log_in()
    before = talk.notify()
    assert talk.tell("mining.set_extranonce", "ff", 2) == []
    after = talk.notify()
    assert (before.extranonce.first, after.extranonce.first) == (b"\x2a\x01\x00\x00", b"\xff")


def test_a_job_carries_its_connection_and_whether_it_is_clean(talk):
    talk.log_in()
    job = talk.notify(clean=True)
    assert (job.connection, job.clean, job.algorithm) == (7, True, "sha256d")


# ── Version rolling ──────────────────────────────────────────────────────────────────────────────────────────────────


def roll_versions(talk, mask="1fffe000"):
    talk.answer(talk.id_of("mining.configure"), {"version-rolling": True, "version-rolling.mask": mask})


def test_the_pools_mask_counts_only_within_ours(talk):
    roll_versions(talk, "ffffffff")
    talk.log_in()
    assert talk.notify().version_mask == 0x1FFFE000


@pytest.mark.parametrize(
    "answer",
    [
        ({"version-rolling": False}, None),
        ({"version-rolling": "no such bits"}, None),
        ({"version-rolling": True}, None),
        ({"version-rolling": True, "version-rolling.mask": "1fffe000000"}, None),
        (None, [20, "Method not found", None]),
        ({}, None),
    ],
)
def test_without_a_granted_mask_versions_are_not_rolled(talk, answer):
    talk.answer(talk.id_of("mining.configure"), *answer)
    talk.log_in()
    job = talk.notify()
    talk.submit(talk.share_of(job))
    assert (job.version_mask, len(talk.sent[-1]["params"])) == (0, 5)


def test_a_share_carries_the_version_bits_that_its_header_has(talk):
    roll_versions(talk)
    talk.log_in()
    job = talk.notify(version="20000000")
    talk.submit(talk.share_of(job, roll=0x1234))
    bits = int(talk.sent[-1]["params"][5], 16)
    assert int.from_bytes(job.header(0x1234)[:4], "little") == 0x20000000 | bits
    assert bits == 0x1234 << 13


def test_a_mask_that_shrinks_makes_the_job_anew_at_once(talk):
    roll_versions(talk)
    talk.log_in()
    talk.notify(clean=True)
    (job,) = jobs(talk.tell("mining.set_version_mask", "00006000"))
    assert (job.id, job.version_mask, job.clean) == ("block-125552", 0x6000, False)


def test_a_mask_that_grows_serves_the_jobs_to_come(talk):
    roll_versions(talk, "00006000")
    talk.log_in()
    talk.notify()
    assert talk.tell("mining.set_version_mask", "1fffe000") == []
    assert talk.notify().version_mask == 0x1FFFE000


def test_version_bits_are_stated_under_the_mask_in_force_when_the_share_is_sent(talk):
    roll_versions(talk)
    talk.log_in()
    job = talk.notify(version="00000001")
    talk.tell("mining.set_version_mask", "00006000")
    talk.submit(talk.share_of(job, roll=0xFFFF))
    assert talk.sent[-1]["params"][5] == "00006000"


# ── What the pool asks ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_ping_is_answered(talk):
    talk.tell("mining.ping", id_=42)
    assert talk.sent[-1] == {"id": 42, "result": "pong", "error": None}


def test_the_version_asked_for_is_the_agents(talk):
    talk.tell("client.get_version", id_="a")
    assert talk.sent[-1] == {"id": "a", "result": "pithead/1.0.0", "error": None}


def test_an_unknown_request_gets_an_error_and_keeps_the_connection(talk):
    assert kinds(talk.tell("mining.sing", id_=5)) == [Send]
    assert talk.sent[-1]["error"][1] == "Method not found"
    assert Ready() in talk.log_in()


def test_an_unknown_notification_gets_nothing(talk):
    assert talk.tell("mining.sing") == []


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (["pool.example", 3333, 10], MoveTo("pool.example", 3333, 10)),
        (["pool.example", "3333"], MoveTo("pool.example", 3333, 0)),
        (["", 0, 0], MoveTo("", 0, 0)),
        ([], MoveTo("", 0, 0)),
        ([None, None, None], MoveTo("", 0, 0)),
        (["192.0.2.1", 3333], MoveTo("192.0.2.1", 3333, 0)),
        (["[2001:db8::1]", 3333], MoveTo("2001:db8::1", 3333, 0)),
    ],
)
def test_a_move_is_handed_on(talk, params, expected):
    assert talk.tell("client.reconnect", *params) == [expected]


def test_the_pools_message_is_a_notice(talk):
    assert talk.tell("client.show_message", "Fees fall on Monday") == [Notice("The pool says: Fees fall on Monday")]


# ── Pools as they are ────────────────────────────────────────────────────────────────────────────────────────────────


def test_foundation_stratum_sends_difficulty_and_job_before_the_login_is_answered(connect):
    talk = connect("x16r", 256, version_rolling=False)
    talk.hear(
        b'{"id":1,"result":[[["mining.set_difficulty","deadbeefcafebabe0100000000000000"],["mining.notify",'
        b'"deadbeefcafebabe0100000000000000"]],"60000000",4],"error":null}\n'
        b'{"id":null,"method":"mining.set_difficulty","params":[0.00001]}\n'
    )
    job = talk.notify(clean=True)
    assert job.difficulty == 0.00001
    assert Ready() not in talk.events
    assert kinds(talk.hear(b'{"id":2,"result":true,"error":null}\n')) == [Ready, Send]
    assert talk.hear(b'{"id":3,"result":false,"error":[20,"Not supported.",null]}\n') == []
    share = talk.share_of(job)
    talk.submit(share)
    answer = b'{"id":4,"result":null,"error":[21,"job not found",null]}\n'
    assert talk.hear(answer) == [Judged(share, Outcome.STALE, "job not found", 21)]


def test_nicehash_changes_the_extranonce_under_way(talk):
    talk.log_in()
    assert talk.hear(b'{"id":4,"result":true,"error":null}\n') == []
    talk.hear(b'{"id":null,"method":"mining.set_difficulty","params":[500000.0]}\n')
    first = talk.notify()
    talk.hear(b'{"id": null, "method": "mining.set_extranonce", "params": ["08000002", 4]}\n')
    second = talk.notify()
    assert (first.id, first.difficulty) == (second.id, second.difficulty) == ("block-125552", 500000.0)
    assert second.extranonce.first.hex() == "08000002"


def test_ckpool_grants_a_mask_and_eight_bytes_of_extranonce2(talk):
    talk.hear(
        b'{"result": {"version-rolling": true, "version-rolling.mask": "1fffe000"}, "id": 1, "error": null}\n'
        b'{"result": [[["mining.notify", "6709661f"]], "1f660967", 8], "id": 2, "error": null}\n'
        b'{"params": [42], "id": null, "method": "mining.set_difficulty"}\n'
    )
    job = talk.notify()
    talk.hear(b'{"result": true, "error": null, "id": 3}\n')
    assert (job.difficulty, job.extranonce.second_bytes, job.version_mask) == (42.0, 8, 0x1FFFE000)
    share = talk.share_of(job, roll=0)
    talk.submit(share)
    rejected = b'{"reject-reason": "Above target", "result": false, "error": [23, "Above target", null], "id": 5}\n'
    assert talk.hear(rejected) == [Judged(share, Outcome.REJECTED, "Above target", 23)]
