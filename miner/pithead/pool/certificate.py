"""TLS to a pool: what is checked about its certificate, and when."""

import hashlib
import ssl
from ipaddress import ip_address
from typing import Any

from pithead.errors import PoolError
from pithead.pool.move import is_ip


def make_context(*, strict: bool, sni: bool) -> ssl.SSLContext:
    """Return a client's TLS context: system CAs (or SSL_CERT_FILE), at least TLS 1.2.

    OpenSSL takes the name to check from the one that it sends, so without SNI the name is left to `check_peer`.
    """
    context = ssl.create_default_context()
    if not strict:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif not sni:
        context.check_hostname = False
    return context


def check_peer(tls: ssl.SSLObject, host: str, pin: bytes, *, strict: bool, sni: bool) -> None:
    """Check what the handshake left open, before a byte of ours is sent. Raises PoolError."""
    if pin:
        found = hashlib.sha256(tls.getpeercert(binary_form=True) or b"").digest()
        if found != pin:
            raise PoolError(f"its certificate is not the pinned one: its SHA-256 is {found.hex()}")
    if strict and not sni and not names_host(tls.getpeercert() or {}, host):
        raise PoolError(f"its certificate is valid, but not for {host}")


def names_host(certificate: dict[str, Any], host: str) -> bool:
    """Whether a certificate (as `getpeercert` returns it) is for a host: RFC 9525, section 6.3.

    Names match in full or with `*` for their whole first label; IP literals match iPAddress entries only.
    """
    names = certificate.get("subjectAltName", ())
    if is_ip(host):
        wanted = ip_address(host)
        return any(kind == "IP Address" and is_ip(name) and ip_address(name) == wanted for kind, name in names)
    wanted_name = host.lower().rstrip(".")
    parent = wanted_name.partition(".")[2]
    return any(kind == "DNS" and _matches(name.lower(), wanted_name, parent) for kind, name in names)


def explain(error: ssl.SSLError) -> str:
    """Return one sentence on a failed handshake, with what to do about it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted: {error.verify_message.rstrip('.')}; if it is meant to be so, "
            "pin its SHA-256 fingerprint (pin) together with no-strict-ssl"
        )
    if error.reason == "WRONG_VERSION_NUMBER":
        return "it does not speak TLS on this port; is it stratum+tcp:// or another port?"
    return f"the TLS handshake failed: {error.reason or error}"


def _matches(name: str, wanted: str, parent: str) -> bool:
    return name == wanted or (bool(parent) and name == f"*.{parent}")
