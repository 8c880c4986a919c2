"""What the user writes as a pool, a proxy or a pin, and which hosts a pool may move the miner to."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.errors import SettingsError
from pithead.pool import Address, read_address, read_pin, read_proxy
from pithead.pool.move import grant_move, is_public, same_owner
from pithead.pool.retry import Attempts
from pithead.stratum.dialect import MoveTo


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("stratum+tcp://pool.example:3333", Address("pool.example", 3333, tls=False)),
        ("pool.example:3333", Address("pool.example", 3333, tls=False)),
        ("stratum+ssl://pool.example:443/", Address("pool.example", 443, tls=True)),
        ("STRATUM+TLS://pool.example:443", Address("pool.example", 443, tls=True)),
        ("stratum+tls12://pool.example:443", Address("pool.example", 443, tls=True)),
        ("stratum1+tcp://pool.example:1", Address("pool.example", 1, tls=False)),
        ("stratum1+ssl://pool.example:65535", Address("pool.example", 65535, tls=True)),
        (" stratum+tcp://[2001:db8::1]:3333 ", Address("2001:db8::1", 3333, tls=False)),
        ("127.0.0.1:3333", Address("127.0.0.1", 3333, tls=False)),
    ],
)
def test_a_pool_address_is_read_in_every_usual_spelling(url, address):
    assert read_address(url) == address


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("pool.example", "lacks a port"),
        ("stratum+tcp://pool.example", "lacks a port"),
        ("stratum+tcp://pool.example:0", "between 1 and 65535"),
        ("stratum+tcp://pool.example:65536", "between 1 and 65535"),
        ("stratum+tcp://pool.example:+33", "between 1 and 65535"),
        ("stratum+tcp://pool.example:3333/path", "between 1 and 65535"),
        ("stratum+tcp://2001:db8::1:3333", "without brackets"),
        ("stratum+tcp://[2001:db8::zz]:3333", "no valid IPv6 address"),
        ("stratum+tcp://po ol:3333", "no valid host name"),
        ("stratum+tcp://" + "a" * 300 + ":3333", "no valid host name"),
        ("stratum+tcp://wallet:x@pool.example:3333", "give that as user and pass"),
        ("stratum2+tcp://pool.example:3333", "not spoken yet"),
        ("stratum2+ssl://pool.example:3333/9auqWEzQDVyd2oe1JVGFLMLHZtCo2FFqZwtKA5gd9xbuEu7PH72", "not spoken yet"),
        ("stratum3+tls://pool.example:3333", "not spoken yet"),
        ("stratum+http://pool.example:8080", "not spoken yet"),
        ("https://pool.example:8080", "not spoken yet"),
        ("gopher://pool.example:70", "unknown scheme"),
        ("", "lacks a port"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_a_sentence(url, sentence):
    with pytest.raises(SettingsError, match=sentence):
        read_address(url)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_a_settings_error(text):
    with suppress(SettingsError):
        assert 1 <= read_address(text).port <= 65535


@given(st.ip_addresses(), st.integers(1, 65535), st.booleans())
def test_an_address_reads_back_what_it_prints(ip, port, tls):
    assert read_address(str(Address(str(ip), port, tls))) == Address(str(ip), port, tls)


@pytest.mark.parametrize("text", ["proxy.example:1080", "socks5://proxy.example:1080", "u:p@proxy.example:1080"])
def test_a_proxy_is_read_in_every_usual_spelling(text):
    assert (read_proxy(text).host, read_proxy(text).port) == ("proxy.example", 1080)


def test_a_proxy_password_may_hold_every_character():
    assert read_proxy("user:a@b:c@proxy.example:1080").password == "a@b:c"


def test_a_proxy_does_not_show_its_password():
    assert "secret" not in repr(read_proxy("user:secret@proxy.example:1080"))


@pytest.mark.parametrize("text", ["http://secret@proxy:1080", "u:secret@proxy", ":secret@proxy:1080"])
def test_a_proxy_that_cannot_be_used_is_refused_without_showing_its_password(text):
    with pytest.raises(SettingsError) as caught:
        read_proxy(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["ab" * 32, "sha256:" + "AB" * 32, ":".join(["ab"] * 32), "SHA256:" + "ab" * 32])
def test_a_pin_is_read_in_every_usual_spelling(text):
    assert read_pin(text) == bytes.fromhex("ab" * 32)


def test_no_text_is_no_pin():
    assert read_pin("") == b""


@pytest.mark.parametrize("text", ["ab", "zz" * 32, "sha1:" + "ab" * 20, "sha256:"])
def test_a_pin_that_is_no_fingerprint_is_refused(text):
    with pytest.raises(SettingsError, match="64 hexadecimal digits"):
        read_pin(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("eu1.pool.example", "us1.pool.example"),
        ("pool.example", "EU.pool.example."),
        ("a.pool.co.uk", "b.pool.co.uk"),
        ("10.0.0.1", "10.0.0.1"),
        ("localhost", "localhost"),
        ("a.b.duckdns.org", "a.b.duckdns.org"),
    ],
)
def test_hosts_under_one_registered_domain_have_one_owner(one, other):
    assert same_owner(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("eu1.pool.example", "eu1.pool.test"),
        ("pool.example", "pool.example.evil.test"),
        ("pool.example", "evilpool.example"),
        ("pool.co.uk", "evil.co.uk"),
        ("pool.com.br", "evil.com.br"),
        ("pool.duckdns.org", "evil.duckdns.org"),
        ("pool.mine.svc.cluster.local", "pool.yours.svc.cluster.local"),
        ("10.0.0.1", "10.0.0.2"),
        ("1.2.3.4", "9.2.3.4"),
        ("localhost", "pool.example"),
        ("example", "pool.example"),
    ],
)
def test_other_hosts_may_have_another_owner(one, other):
    assert not same_owner(one, other)


def test_a_move_never_gives_up_tls():
    here = Address("eu.pool.example", 443, tls=True)
    assert grant_move(here, here, MoveTo("us.pool.example", 3333, 0)) == Address("us.pool.example", 3333, tls=True)


def test_a_move_without_host_and_port_stays_where_it_is():
    here = Address("pool.example", 3333, tls=False)
    assert grant_move(here, here, MoveTo("", 0, 0)) == here


def test_moves_do_not_lead_away_from_the_configured_domain_step_by_step():
    configured, current = Address("a.pool.co", 1, tls=False), Address("a.pool.co", 1, tls=False)
    assert isinstance(grant_move(current, configured, MoveTo("b.evil.co", 1, 0)), str)


@pytest.mark.parametrize("place", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.0.1", "::1", "fe80::1%eth0"])
def test_loopback_and_private_addresses_are_not_public(place):
    assert not is_public(place)


def test_a_private_address_dressed_as_ipv6_is_not_public():
    assert not is_public("::ffff:10.0.0.1")


def test_a_backup_that_was_not_tried_yet_is_tried_at_once():
    attempts = Attempts()
    attempts.fail(2, 1)
    assert (attempts.index, attempts.pause_seconds(2, 10.0, lambda: 1.0)) == (1, 0.0)


def test_when_every_pool_has_failed_there_is_a_pause_before_the_next_round():
    attempts = Attempts()
    attempts.fail(2, 1)
    attempts.fail(2, 1)
    assert (attempts.index, attempts.pause_seconds(2, 10.0, lambda: 1.0)) == (0, 20.0)


@given(st.integers(0, 200), st.floats(0, 1, exclude_max=True), st.integers(1, 5))
def test_no_pause_is_longer_than_six_times_the_one_asked_for(failures, luck, pools):
    attempts = Attempts()
    for _ in range(failures):
        attempts.fail(pools, 3)
    assert 0 <= attempts.pause_seconds(pools, 10.0, lambda: luck) <= 60.0
