"""A job's headers, against real blocks, and its search space."""

import hashlib

import pytest

GENESIS_COINBASE = (
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d010445"
    "5468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e642062"
    "61696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e0"
    "3909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
)


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def mined(header, nonce):
    return sha256d(header[:76] + nonce.to_bytes(4, "little"))[::-1].hex()


def with_height(script):
    """The start of a coinbase transaction whose script begins like this."""
    return "01000000" + "01" + "00" * 32 + "ffffffff" + "20" + script


def test_block_125552_comes_out_of_the_notification_that_announced_it(connect):
    talk = connect(version_rolling=False)
    talk.subscribe("2a010000", 4)
    header = talk.notify().header(0x00434104)
    assert header.hex() == (
        "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000"
        "e320b6c2fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a00000000"
    )
    assert mined(header, 2504433986) == "00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d"


def test_the_genesis_block_comes_out_of_a_one_byte_extranonce2(connect):
    talk = connect(version_rolling=False)
    talk.subscribe("", 1)
    cut = GENESIS_COINBASE.index("5468")
    job = talk.notify(
        prevhash="00" * 32,
        coinb1=GENESIS_COINBASE[: cut - 2],
        coinb2=GENESIS_COINBASE[cut:],
        branch=[],
        nbits="1d00ffff",
        ntime="495fab29",
    )
    expected = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    assert mined(job.header(0x45), 2083236893) == expected


def test_a_one_byte_extranonce2_gives_256_rolls(connect):
    talk = connect(version_rolling=False)
    talk.subscribe("00", 1)
    assert talk.notify().rolls == 256


def test_every_roll_of_a_small_job_has_a_header_of_its_own(connect):
    talk = connect()
    talk.answer(1, {"version-rolling": True, "version-rolling.mask": "00006000"})
    talk.subscribe("00", 1)
    job = talk.notify()
    assert job.rolls == 1024
    assert len({job.header(roll) for roll in range(1024)}) == 1024


def test_rolled_versions_stay_within_the_mask(talk):
    talk.answer(1, {"version-rolling": True, "version-rolling.mask": "1fffe000"})
    talk.subscribe()
    job = talk.notify(version="20000004")
    versions = {job.place(roll)[1] for roll in range(0, 1 << 16, 97)}
    assert all(version & ~0x1FFFE000 == 0x20000004 for version in versions)


def test_a_huge_extranonce2_still_gives_rolls_that_fit_64_bits(talk):
    talk.subscribe("00", 16)
    job = talk.notify()
    assert job.rolls == 2**64
    assert len(job.header(job.rolls - 1)) == 80


@pytest.mark.parametrize("roll", [-1, 256])
def test_a_roll_that_the_job_does_not_have_is_an_error(connect, roll):
    talk = connect(version_rolling=False)
    talk.subscribe("00", 1)
    with pytest.raises(ValueError, match="roll"):
        talk.notify().header(roll)


def test_headers_asked_for_in_any_order_are_the_same(talk):
    talk.subscribe()
    job, other = talk.notify(), talk.notify()
    forth = [job.header(roll) for roll in range(20)]
    assert [other.header(roll) for roll in reversed(range(20))] == forth[::-1]


def test_another_mask_over_the_same_work_begins_with_other_headers(talk):
    talk.subscribe()
    plain = talk.notify()
    talk.answer(1, {"version-rolling": True, "version-rolling.mask": "1fffe000"})
    rolled = talk.notify()
    begun = {plain.header(roll) for roll in range(200)}
    assert begun.isdisjoint(rolled.header(roll) for roll in range(200 << 16, 0, -40_009))
    assert begun.isdisjoint(rolled.header(roll) for roll in range(200))


def test_name_target_and_clean_do_not_change_the_fingerprint(talk):
    talk.subscribe()
    first = talk.notify()
    talk.tell("mining.set_difficulty", 1000)
    assert talk.notify(id="another", clean=True).fingerprint == first.fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        {"prevhash": "11" * 32},
        {"coinb1": "00"},
        {"coinb2": "00"},
        {"branch": []},
        {"version": "20000000"},
        {"nbits": "1d00ffff"},
        {"ntime": "4dd7f5c8"},
    ],
)
def test_whatever_changes_the_header_changes_the_fingerprint(talk, changed):
    talk.subscribe()
    assert talk.notify(**changed).fingerprint != talk.notify().fingerprint


def test_a_new_extranonce1_changes_the_fingerprint(talk):
    talk.subscribe("2a010000", 4)
    first = talk.notify()
    talk.tell("mining.set_extranonce", "2a010001", 4)
    assert talk.notify().fingerprint != first.fingerprint


def test_bytes_moved_from_coinb1_to_coinb2_change_the_fingerprint(connect):
    talk = connect(version_rolling=False)
    talk.subscribe("", 1)
    assert talk.notify(coinb1="aabb", coinb2="cc").fingerprint != talk.notify(coinb1="aa", coinb2="bbcc").fingerprint


@pytest.mark.parametrize(
    ("script", "height"),
    [
        ("03d0dd0d04", 908752),  # three bytes, as mainnet's blocks have it
        ("02e803", 1000),
        ("0101", 1),  # as pools push small heights
        ("51", 1),  # OP_1: as Bitcoin Core does
        ("60", 16),
        ("0400000001", 1 << 24),
        ("04f2b9441a", None),  # block 125552 is older than BIP 34: this is its nbits
        ("03d0dd", None),  # cut by the extranonce
        ("0381ffff", None),  # negative
        ("00", None),
        ("", None),
    ],
)
def test_the_height_is_read_from_the_coinbase(talk, script, height):
    talk.subscribe()
    assert talk.notify(coinb1=with_height(script)).height == height


def test_a_coinbase_that_spends_something_has_no_height(talk):
    talk.subscribe()
    assert talk.notify(coinb1="01000000" + "01" + "11" * 36 + "0403d0dd0d").height is None


def test_the_network_target_and_difficulty_come_from_nbits(talk):
    talk.subscribe()
    job = talk.notify(nbits="1a44b9f2")
    assert job.network_target == 0x44B9F2 << 8 * 23
    assert job.network_difficulty == pytest.approx(244112.48777434)  # as the node states it for block 125552


@pytest.mark.parametrize("nbits", ["00000000", "1d800001", "ff7fffff", "2300ffff"])
def test_nbits_that_mean_no_target_make_no_share_a_block(talk, nbits):
    talk.subscribe()
    job = talk.notify(nbits=nbits)
    assert (job.network_target, job.network_difficulty) == (0, 0.0)


def test_making_a_job_hashes_nothing_until_a_header_is_asked_for(talk):
    talk.subscribe()
    job = talk.notify()
    assert not set(vars(job)) & {"fingerprint", "rolls"}
    assert not any(isinstance(value, dict) and value for value in vars(job).values())


def test_equal_rolls_of_jobs_with_equal_fingerprints_give_equal_headers(talk):
    talk.subscribe()
    one, two = talk.notify(id="one"), talk.notify(id="two")
    assert one.fingerprint == two.fingerprint
    assert [one.header(roll) for roll in range(5)] == [two.header(roll) for roll in range(5)]
