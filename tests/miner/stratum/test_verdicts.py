"""Shares on a connection: how they are submitted, and whose verdict an answer is."""

import pytest

from pithead.stratum.dialect import DifficultySet, Failed, Judged, Ready
from pithead.work import Outcome

# ── Shares ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_share_is_submitted_in_wire_form(connect):
    talk = connect(version_rolling=False)
    talk.log_in()
    talk.submit(talk.share_of(talk.notify()))
    expected = ["wallet.rig", "block-125552", "00434104", "4dd7f5c7", "9546a142"]
    assert (talk.sent[-1]["method"], talk.sent[-1]["params"]) == ("mining.submit", expected)


def test_an_accepted_share_is_judged_and_no_longer_unanswered(talk):
    talk.log_in()
    share = talk.share_of(talk.notify())
    id_ = talk.submit(share)
    assert talk.dialect.unanswered == (share,)
    assert talk.answer(id_, True) == [Judged(share, Outcome.ACCEPTED)]
    assert talk.dialect.unanswered == ()


def test_unanswered_shares_are_listed_oldest_first(talk):
    talk.log_in()
    job = talk.notify()
    shares = [talk.share_of(job, nonce) for nonce in (3, 1, 2)]
    ids = [talk.submit(share) for share in shares]
    talk.answer(ids[1], True)
    assert talk.dialect.unanswered == (shares[0], shares[2])


@pytest.mark.parametrize(
    ("error", "outcome", "reason", "code"),
    [
        ([20, "Other", None], Outcome.REJECTED, "Other", 20),
        ([21, "job not found", None], Outcome.STALE, "job not found", 21),
        ([22, "duplicate share", None], Outcome.REJECTED, "duplicate share", 22),
        ([23, "low difficulty share of 0.1", None], Outcome.REJECTED, "low difficulty share of 0.1", 23),
        ([24, "unauthorized worker"], Outcome.REJECTED, "unauthorized worker", 24),
        ([25, "not subscribed", None], Outcome.REJECTED, "not subscribed", 25),
        ({"code": 21, "message": "gone"}, Outcome.STALE, "gone", 21),
        ({"code": "23", "message": "low"}, Outcome.REJECTED, "low", 23),
        ("Stale share", Outcome.STALE, "Stale share", None),
        ("Invalid nonce", Outcome.REJECTED, "Invalid nonce", None),
        ([23], Outcome.REJECTED, "no reason given", 23),
        (None, Outcome.REJECTED, "no reason given", None),
        (17, Outcome.REJECTED, "no reason given", 17),
    ],
)
def test_a_refused_share_is_judged_with_reason_and_code(talk, error, outcome, reason, code):
    talk.log_in()
    share = talk.share_of(talk.notify())
    assert talk.answer(talk.submit(share), False, error) == [Judged(share, outcome, reason, code)]


def test_a_null_result_with_an_error_is_a_refusal(talk):
    talk.log_in()
    share = talk.share_of(talk.notify())
    (verdict,) = talk.answer(talk.submit(share), None, [22, "duplicate", None])
    assert verdict.outcome is Outcome.REJECTED


def test_too_many_unanswered_shares_end_the_connection(talk):
    talk.log_in()
    job = talk.notify()
    for nonce in range(4097):
        talk.dialect.submit(talk.share_of(job, nonce))
    assert [type(event) for event in talk.tell("mining.set_difficulty", 1)] == [DifficultySet, Failed]


# ── Ids ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("as_", [int, str, float])
def test_an_id_may_come_back_as_a_number_or_as_text(talk, as_):
    talk.log_in()
    job = talk.notify()
    talk.submit(talk.share_of(job, 1))
    second = talk.share_of(job, 2)
    assert talk.answer(as_(talk.submit(second)), True) == [Judged(second, Outcome.ACCEPTED)]


@pytest.mark.parametrize("wrong", [1, 999, None, "method"])
def test_a_pool_that_answers_everything_with_a_wrong_id_still_gives_verdicts(talk, wrong):
    def answer(method, result, error=None):
        return talk.answer(method if wrong == "method" else wrong, result, error)

    answer("mining.configure", {"version-rolling": False})
    answer("mining.subscribe", [[], "00", 4])
    assert Ready() in answer("mining.authorize", True)
    job = talk.notify()
    first, second = talk.share_of(job, 1), talk.share_of(job, 2)
    talk.submit(first)
    talk.submit(second)
    assert answer("mining.submit", True) == [Judged(first, Outcome.ACCEPTED)]
    assert answer("mining.submit", False, [21, "gone", None]) == [Judged(second, Outcome.STALE, "gone", 21)]


def test_a_pool_that_knows_no_configure_and_answers_the_subscription_as_1_is_understood(talk):
    talk.answer(1, [[], "0011", 4])
    assert talk.sent[-1]["method"] == "mining.authorize"


def test_once_ids_are_exact_a_stray_answer_is_nobodys(talk):
    talk.log_in()
    job = talk.notify()
    talk.answer(talk.submit(talk.share_of(job, 1)), True)
    share = talk.share_of(job, 2)
    talk.submit(share)
    assert talk.answer(999, True) + talk.answer(None, False, [21, "?", None]) == []
    assert talk.dialect.unanswered == (share,)


def test_an_answer_given_twice_judges_no_other_share(talk):
    talk.log_in()
    job = talk.notify()
    id_ = talk.submit(talk.share_of(job, 1))
    talk.submit(talk.share_of(job, 2))
    talk.answer(id_, True)
    assert talk.answer(id_, True) == []


def test_a_login_answered_twice_judges_no_share(talk):
    talk.log_in()
    talk.answer(talk.id_of("mining.extranonce.subscribe"), True)
    talk.submit(talk.share_of(talk.notify()))
    assert talk.answer(talk.id_of("mining.authorize"), True) == []
