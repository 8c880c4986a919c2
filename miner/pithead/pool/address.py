"""Where a pool is: reading its URL, the proxy's address and the pin of its certificate."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address

from pithead.errors import SettingsError

PLAIN_SCHEMES = frozenset({"stratum+tcp", "stratum1+tcp"})
TLS_SCHEMES = frozenset({"stratum+ssl", "stratum+tls", "stratum+tls12", "stratum1+ssl", "stratum1+tls"})

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?")
_MAX_HOST_LENGTH = 253
"""RFC 1035, section 2.3.4, without the root's length byte."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host (a name or an IP literal without brackets), a port and whether the way there is TLS."""

    host: str
    port: int
    tls: bool

    @property
    def scheme(self) -> str:
        """The scheme in its usual spelling."""
        return "stratum+ssl" if self.tls else "stratum+tcp"

    def __str__(self) -> str:
        return f"{self.scheme}://{join_host(self.host, self.port)}"


@dataclass(frozen=True, slots=True, repr=False)
class Proxy:
    """A SOCKS5 proxy; the user name and password (RFC 1929) are empty where it wants none."""

    host: str
    port: int
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Proxy({join_host(self.host, self.port)})"


def join_host(host: str, port: int) -> str:
    """Return HOST:PORT, an IPv6 literal in brackets (RFC 3986, section 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def read_address(url: str) -> Address:
    """Read [SCHEME://]HOST:PORT; without a scheme it is stratum+tcp. Raises SettingsError with what would be right."""
    scheme, separator, rest = url.strip().rpartition("://")
    scheme = scheme.lower() if separator else "stratum+tcp"
    if scheme not in PLAIN_SCHEMES | TLS_SCHEMES:
        raise SettingsError(_refused_scheme(scheme, url))
    if "@" in rest:
        raise SettingsError("a pool's address holds no login; give that as user and pass")
    host, port = _split(rest.removesuffix("/"), f"the pool address {url!r}")
    return Address(host, port, tls=scheme in TLS_SCHEMES)


def read_proxy(text: str) -> Proxy:
    """Read [USER:PASSWORD@]HOST:PORT, a leading socks5:// allowed. Raises SettingsError, never naming the password."""
    rest = re.sub(r"^socks5h?://", "", text.strip(), flags=re.IGNORECASE)
    login, _, place = rest.rpartition("@")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", rest):
        raise SettingsError(f"the proxy {place!r} is of a kind that is not spoken; only SOCKS5 is: HOST:PORT")
    host, port = _split(place.removesuffix("/"), f"the proxy {place!r}")
    user, _, password = login.partition(":")
    if max(len(user.encode()), len(password.encode())) > 255 or bool(user) != bool(login):
        raise SettingsError("the proxy's login must be USER:PASSWORD, each at most 255 bytes long")
    return Proxy(host, port, user, password)


def read_pin(text: str) -> bytes:
    """Read the SHA-256 fingerprint of a certificate: 64 hex digits, colons and a leading sha256: allowed.

    Returns 32 bytes, or none for an empty text. Raises SettingsError for anything else.
    """
    digits = re.sub(r"^sha256:", "", text.strip(), flags=re.IGNORECASE).replace(":", "")
    if text.strip() and not re.fullmatch(r"[0-9A-Fa-f]{64}", digits):
        raise SettingsError("a pin is the SHA-256 fingerprint of the pool's certificate: 64 hexadecimal digits")
    return bytes.fromhex(digits)


def _split(text: str, what: str) -> tuple[str, int]:
    host, _, digits = text.rpartition(":")
    if not host:
        raise SettingsError(f"{what} lacks a port; write HOST:PORT")
    if not re.fullmatch(r"[0-9]{1,5}", digits) or not 1 <= int(digits) <= 65535:
        raise SettingsError(f"{what} needs a port between 1 and 65535 after its last colon")
    if host.startswith("[") and host.endswith("]"):
        return _read_ipv6(host[1:-1], what), int(digits)
    if ":" in host:
        raise SettingsError(f"{what} holds an IPv6 address without brackets; write [ADDRESS]:PORT")
    if len(host) > _MAX_HOST_LENGTH or not _HOST.fullmatch(host):
        raise SettingsError(f"{what} holds no valid host name; write HOST:PORT (other alphabets as xn--…)")
    return host, int(digits)


def _read_ipv6(text: str, what: str) -> str:
    try:
        IPv6Address(text)
    except ValueError:
        raise SettingsError(f"{what} holds no valid IPv6 address between its brackets") from None
    return text


def _refused_scheme(scheme: str, url: str) -> str:
    if scheme.startswith(("stratum2+", "stratum3+", "stratum+http", "http")):
        return f"{scheme}:// is not spoken yet for this algorithm; use stratum+tcp:// or stratum+ssl://"
    return f"the pool address {url!r} has an unknown scheme; use stratum+tcp:// or stratum+ssl://"
