"""The way to a pool: TLS and its certificates, pins, SNI, the SOCKS5 proxy."""

import asyncio
import hashlib
import ipaddress
import socket
import ssl

import pytest
import trustme

from pithead.errors import PoolError
from pithead.pool import Address, Connected, Disconnected
from pithead.pool.certificate import names_host
from pithead.pool.stream import open_stream


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """Make the test's authority the one that this system trusts, by the variable that OpenSSL reads."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


class Server:
    """A certificate for some names, its TLS context, fingerprint and the names that clients asked for by SNI."""

    def __init__(self, authority, *names):
        certificate = authority.issue_cert(*names)
        self.asked_for = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self.context)
        self.context.sni_callback = lambda _tls, name, _context: self.asked_for.append(name)
        der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
        self.pin = hashlib.sha256(der).hexdigest()


async def test_a_pool_is_reached_by_tls_with_a_certificate_for_its_address(miner, new_pool, authority, trusted):
    pool = await new_pool(tls=Server(authority, "127.0.0.1").context)
    miner.start(pool.url)
    assert (await miner.hears(Connected)).tls == "TLSv1.3"


async def test_the_name_of_the_pool_is_sent_and_checked(miner, new_pool, authority, trusted):
    server = Server(authority, "localhost")
    pool = await new_pool(tls=server.context)
    miner.start(pool.url.replace("127.0.0.1", "localhost"))
    await miner.works_on("a")
    assert server.asked_for == ["localhost"]


async def test_a_certificate_for_another_name_is_refused(miner, new_pool, authority, trusted):
    pool = await new_pool(tls=Server(authority, "other.example").context)
    miner.start(pool.url)
    assert "not valid for '127.0.0.1'" in (await miner.hears(Disconnected)).reason
    assert not any(visit.heard for visit in pool.visits)


async def test_a_certificate_of_an_unknown_authority_is_refused_and_the_pin_is_named(miner, new_pool, authority):
    pool = await new_pool(tls=Server(authority, "127.0.0.1").context)
    miner.start(pool.url)
    reason = (await miner.hears(Disconnected)).reason
    assert "its certificate is not trusted" in reason
    assert "no-strict-ssl" in reason


async def test_without_strict_ssl_any_certificate_will_do(miner, new_pool, authority):
    pool = await new_pool(tls=Server(authority, "other.example").context)
    miner.start(pool.url, no_strict_ssl=True)
    await miner.works_on("a")


async def test_a_pinned_certificate_will_do_without_strict_ssl(miner, new_pool, authority):
    server = Server(authority, "other.example")
    pool = await new_pool(tls=server.context)
    miner.start(pool.entry(pin=f"sha256:{server.pin}"), no_strict_ssl=True)
    await miner.works_on("a")


async def test_another_certificate_than_the_pinned_one_is_refused_before_the_login(miner, new_pool, authority):
    server = Server(authority, "127.0.0.1")
    pool = await new_pool(tls=server.context)
    miner.start(pool.entry(pin="00" * 32), no_strict_ssl=True)
    assert server.pin in (await miner.hears(Disconnected)).reason
    assert not any(visit.heard for visit in pool.visits)


async def test_a_pin_is_checked_even_where_the_certificate_is_trusted(miner, new_pool, authority, trusted):
    pool = await new_pool(tls=Server(authority, "127.0.0.1").context)
    miner.start(pool.entry(pin="00" * 32))
    assert "not the pinned one" in (await miner.hears(Disconnected)).reason


async def test_a_pin_does_not_replace_the_check_of_the_certificate(miner, new_pool, authority):
    server = Server(authority, "127.0.0.1")
    pool = await new_pool(tls=server.context)
    miner.start(pool.entry(pin=server.pin))
    assert "not trusted" in (await miner.hears(Disconnected)).reason


async def test_a_pin_on_a_plain_connection_is_refused(miner, new_pool):
    pool = await new_pool()
    miner.start(pool.entry(pin="00" * 32))
    assert "the connection is not TLS" in (await miner.hears(Disconnected)).reason
    assert not pool.visits


async def test_without_sni_the_name_is_not_sent(miner, new_pool, authority, trusted):
    server = Server(authority, "localhost")
    pool = await new_pool(tls=server.context)
    miner.start(pool.url.replace("127.0.0.1", "localhost"), no_sni=True)
    await miner.works_on("a")
    assert server.asked_for == [None]


async def test_without_sni_the_name_in_the_certificate_is_still_checked(miner, new_pool, authority, trusted):
    pool = await new_pool(tls=Server(authority, "other.example").context)
    miner.start(pool.url.replace("127.0.0.1", "localhost"), no_sni=True)
    assert "not for localhost" in (await miner.hears(Disconnected)).reason
    assert not any(visit.heard for visit in pool.visits)


async def test_a_plain_pool_behind_a_tls_address_is_explained(miner, new_pool):
    pool = await new_pool()
    pool.scheme = "stratum+ssl"
    miner.start(pool.url, timeout=5)
    # The fake pool waits for a line that a TLS handshake need not hold; real ones answer what they do not understand.
    await miner.world.until(lambda: pool.visits)
    pool.visits[0].send("what is this supposed to mean?")
    assert "does not speak TLS" in (await miner.hears(Disconnected)).reason


async def test_a_changed_tls_setting_makes_the_connection_anew(miner, new_pool, authority, trusted):
    pool = await new_pool(tls=Server(authority, "127.0.0.1").context)
    miner.start(pool.url)
    await miner.hears(Connected)
    miner.change(no_strict_ssl=True)
    await miner.hears(Connected, 2)


@pytest.mark.parametrize(
    ("name", "host", "fits"),
    [
        ("pool.example", "POOL.example", True),
        ("*.pool.example", "eu.pool.example", True),
        ("*.pool.example", "a.eu.pool.example", False),
        ("*.pool.example", "pool.example", False),
        ("*", "pool", False),
        ("e*.pool.example", "eu.pool.example", False),
        ("pool.example", "10.0.0.1", False),
    ],
)
def test_names_in_certificates_match_as_the_rfc_says(name, host, fits):
    assert names_host({"subjectAltName": (("DNS", name),)}, host) is fits


def test_an_ip_literal_matches_only_an_ip_entry():
    assert names_host({"subjectAltName": (("IP Address", "2001:DB8:0:0:0:0:0:1"),)}, "2001:db8::1")
    assert not names_host({"subjectAltName": (("DNS", "10.0.0.1"),)}, "10.0.0.1")


class SocksProxy:
    """SOCKS5 (RFC 1928) with CONNECT only, and the login of RFC 1929 where one is asked for."""

    def __init__(self, login=b"", names=None, reply=0):
        self.asked_for = []
        self.login, self.names, self.reply = login, names or {}, reply
        self.pumps = []

    async def open(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        method = 2 if self.login else 0
        if method not in methods:
            writer.write(b"\x05\xff")
            writer.close()
            return
        writer.write(bytes([5, method]))
        if self.login:
            _, size = await reader.readexactly(2)
            user = await reader.readexactly(size)
            password = await reader.readexactly((await reader.readexactly(1))[0])
            writer.write(bytes([1, user + b":" + password != self.login]))
        host, port = await self.read_request(reader)
        self.asked_for.append(host)
        writer.write(bytes([5, self.reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        if self.reply:
            writer.close()
            return
        there = await asyncio.open_connection(self.names.get(host, host), port)
        self.pumps = [asyncio.create_task(pump(reader, there[1])), asyncio.create_task(pump(there[0], writer))]
        await asyncio.wait(self.pumps)

    async def read_request(self, reader):
        _, _, _, kind = await reader.readexactly(4)
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = str(ipaddress.ip_address(await reader.readexactly({1: 4, 4: 16}[kind])))
        return host, int.from_bytes(await reader.readexactly(2), "big")


async def pump(reader, writer):
    try:
        while data := await reader.read(4096):
            writer.write(data)
    except OSError:
        pass
    writer.close()


@pytest.fixture
async def new_proxy(miner, new_pool):
    proxies = []

    async def open_proxy(**facts):
        proxy = SocksProxy(**facts)
        proxies.append(proxy)
        return proxy, f"127.0.0.1:{await proxy.open()}"

    yield open_proxy
    await miner.stop()
    for proxy in proxies:
        proxy.server.close()
        await asyncio.gather(*proxy.pumps)
        await proxy.server.wait_closed()


async def test_the_proxy_resolves_the_name_of_the_pool(miner, new_pool, new_proxy):
    pool = await new_pool()
    proxy, where = await new_proxy(names={"pool.invalid": "127.0.0.1"})
    miner.start(pool.url.replace("127.0.0.1", "pool.invalid"), proxy=where)
    await miner.works_on("a")
    assert proxy.asked_for == ["pool.invalid"]


async def test_a_tls_pool_is_reached_through_the_proxy_and_checked_by_its_name(
    miner, new_pool, new_proxy, authority, trusted
):
    pool = await new_pool(tls=Server(authority, "pool.invalid").context)
    _, where = await new_proxy(names={"pool.invalid": "127.0.0.1"})
    miner.start(pool.url.replace("127.0.0.1", "pool.invalid"), proxy=where)
    assert (await miner.hears(Connected)).tls


async def test_the_proxy_gets_its_login(miner, new_pool, new_proxy):
    pool = await new_pool()
    _, where = await new_proxy(login=b"me:secret")
    miner.start(pool.url, proxy=f"me:secret@{where}")
    await miner.works_on("a")


async def test_a_proxy_that_wants_another_login_is_told_without_the_password(miner, new_pool, new_proxy):
    _, where = await new_proxy(login=b"me:other")
    miner.start((await new_pool()).url, proxy=f"me:secret@{where}")
    reason = (await miner.hears(Disconnected)).reason
    assert reason.startswith(f"the proxy {where} did not connect us")
    assert "secret" not in reason


async def test_a_proxy_that_cannot_reach_the_pool_is_told(miner, new_pool, new_proxy):
    _, where = await new_proxy(reply=4)
    miner.start((await new_pool()).url, proxy=where)
    assert "Host unreachable" in (await miner.hears(Disconnected)).reason


async def test_a_proxy_that_is_not_there_is_told(miner, new_pool):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{probe.getsockname()[1]}"
    miner.start((await new_pool()).url, proxy=where)
    assert (await miner.hears(Disconnected)).reason == f"the proxy {where} cannot be reached: Connection refused"


async def test_a_name_that_leads_to_a_private_address_is_refused_to_a_public_pool_that_moves_us(miner):
    with pytest.raises(PoolError, match="leads to a private address"):
        await open_stream(Address("localhost", 3333, tls=False), b"", miner.options.value, public_only=True)


async def test_a_name_that_does_not_resolve_is_told(miner):
    name = "a" * 64 + ".invalid"  # longer than a label may be, so that no name server need be asked
    miner.start(f"stratum+tcp://{name}:3333")
    assert (await miner.hears(Disconnected)).reason.startswith(f"the name {name} cannot be resolved")
