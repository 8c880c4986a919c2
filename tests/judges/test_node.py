"""A block of our miner in the chain of a real node."""

import pytest

pytestmark = [pytest.mark.judge, pytest.mark.timeout(180)]

VERSION_MASK = 0x1FFFE000
WALLET_SCRIPT = "76a914243f1394f44554f4ce3fd68649c19adc483ce92488ac"
"""What the judges' wallet address means in a transaction's output."""


@pytest.fixture
def mined(node, foreign_pool, miner) -> tuple:
    """The node, the pool, and the first block that our miner found: its share as the pool saw it."""
    pool = foreign_pool("sha256d", 0.002, version_rolling=True)
    miner("sha256d", pool.url)
    pool.until(lambda _: any(share["block"] for share in pool.shares("valid")), 120)
    return node, pool, next(share for share in pool.shares("valid") if share["block"])


def test_a_block_that_our_miner_found_is_in_the_chain_of_a_real_node(mined) -> None:
    node, _, share = mined
    assert node.call("getblockcount") >= 1
    block = node.call("getblock", node.call("getblockhash", share["height"]), 2)
    assert block["hash"] == share["hash"]
    assert block["tx"][0]["vout"][0]["scriptPubKey"]["hex"] == WALLET_SCRIPT


def test_its_version_bits_are_those_that_our_miner_submitted(mined) -> None:
    node, pool, share = mined
    header = node.call("getblockheader", share["hash"])
    submitted = next(each for each in pool.submitted() if int(each["params"][4], 16) == header["nonce"])
    assert (submitted["mask"], len(submitted["params"])) == (f"{VERSION_MASK:08x}", 6)
    assert header["version"] & VERSION_MASK == int(submitted["params"][5], 16)
