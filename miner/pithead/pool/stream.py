"""One connection to a pool as a stream of bytes: directly or by SOCKS5, plain or TLS."""

import asyncio
import os
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass

from python_socks import ProxyError, ProxyType
from python_socks.async_.asyncio import Proxy as SocksProxy

from pithead.errors import PoolError
from pithead.pool.address import Address, Proxy, join_host, read_proxy
from pithead.pool.certificate import check_peer, explain, make_context
from pithead.pool.move import is_ip, is_public
from pithead.pool.options import PoolOptions

CONNECT_SECONDS = 15.0
"""For everything until the connection stands: name, TCP, proxy, TLS."""
ADDRESS_SECONDS = 5.0
"""For one address of a name, so that a dead IPv6 route leaves time for IPv4."""
CLOSE_SECONDS = 1.0
BUFFER_BYTES = 64 * 1024
"""What asyncio reads ahead of us, at most twice this, before it leaves the rest to TCP's own flow control."""
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4, "TCP_USER_TIMEOUT": 60_000}
"""A vanished peer is noticed after two minutes without data, or one minute (in ms) after a share was sent."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    peer: str
    """IP address and port connected to: the proxy's where there is one."""
    is_public: bool
    """Whether that is an address on the internet at large."""
    tls: str
    """The TLS version, such as TLSv1.3; empty when plain."""

    async def close(self) -> None:
        """Send what is buffered as far as the peer takes it within a second, then close."""
        self.writer.close()
        try:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.writer.wait_closed()
        finally:
            self.writer.transport.abort()


async def open_stream(address: Address, pin: bytes, options: PoolOptions, *, public_only: bool) -> Stream:
    """Connect to a pool and, on TLS, check its certificate before anything is sent.

    `public_only` refuses loopback and private addresses, whatever name led there (not seen through a proxy, which
    resolves names itself). Raises PoolError in words for a person.
    """
    if pin and not address.tls:
        raise PoolError("a pin is given, but the connection is not TLS; use stratum+ssl:// or remove the pin")
    proxy = read_proxy(options.proxy) if options.proxy else None
    try:
        async with asyncio.timeout(min(CONNECT_SECONDS, options.timeout)):
            if proxy:
                opened = await _dial_by_proxy(address, proxy)
            else:
                opened = await _dial(address, public_only=public_only)
            return await _dress(opened, address, pin, options)
    except TimeoutError:
        raise PoolError("it did not answer in time") from None
    except ssl.SSLError as error:
        raise PoolError(explain(error)) from None
    except ConnectionRefusedError:
        raise PoolError("it refused the connection; is the port right?") from None
    except OSError as error:
        raise PoolError(f"no connection: {error.strerror or str(error) or 'it hung up at once'}") from None


async def _dial(address: Address, *, public_only: bool) -> socket.socket:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PoolError(f"the name {address.host} cannot be resolved: {reason}") from None
    places = [(family, place) for family, _, _, _, place in found if not public_only or is_public(str(place[0]))]
    if not places:
        raise PoolError(f"{address.host} leads to a private address, where a public pool may not move us")
    failure: OSError = ConnectionRefusedError()
    for family, place in places:
        try:
            async with asyncio.timeout(ADDRESS_SECONDS):
                return await _dial_one(loop, family, place)
        except OSError as error:  # TimeoutError is one of them
            failure = error
    raise failure


async def _dial_one(loop: asyncio.AbstractEventLoop, family: int, place: tuple[object, ...]) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setblocking(False)
    try:
        await loop.sock_connect(opened, place)
    except BaseException:
        opened.close()
        raise
    return opened


async def _dial_by_proxy(address: Address, proxy: Proxy) -> socket.socket:
    """Connect by SOCKS5; the proxy resolves the name (RFC 1928, address type 3)."""
    where = join_host(proxy.host, proxy.port)
    # An empty login would offer password authentication to proxies that want none.
    user, password = (proxy.user, proxy.password) if proxy.user else (None, None)
    socks = SocksProxy(ProxyType.SOCKS5, proxy.host, proxy.port, user, password, rdns=True)
    try:
        return await socks.connect(address.host, address.port)
    except ProxyError as error:
        raise PoolError(f"the proxy {where} did not connect us: {error}") from None
    except OSError as error:
        # Failures of the resolver have negative numbers, or none.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "its name cannot be resolved"
        raise PoolError(f"the proxy {where} cannot be reached: {reason}") from None


async def _dress(opened: socket.socket, address: Address, pin: bytes, options: PoolOptions) -> Stream:
    """Make a stream of a connected socket, TLS where the address asks for it."""
    strict, sni = not options.no_strict_ssl, not options.no_sni
    try:
        _keep_alive(opened)
        peer = opened.getpeername()
        context = await asyncio.to_thread(make_context, strict=strict, sni=sni) if address.tls else None
        name = (address.host.rstrip(".") if sni else "") if address.tls else None
        reader, writer = await asyncio.open_connection(
            sock=opened, ssl=context, server_hostname=name, limit=BUFFER_BYTES
        )
    except BaseException:
        opened.close()
        raise
    tls = writer.get_extra_info("ssl_object")
    stream = Stream(
        reader,
        writer,
        join_host(str(peer[0]), int(peer[1])),
        is_ip(str(peer[0])) and is_public(str(peer[0])),
        (tls.version() or "TLS") if tls else "",
    )
    if tls:
        try:
            check_peer(tls, address.host, pin, strict=strict, sni=sni)
        except PoolError:
            writer.transport.abort()
            raise
    return stream


def _keep_alive(opened: socket.socket) -> None:
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):  # not every system has all of them
            opened.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
