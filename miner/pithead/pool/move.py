"""Whether a pool's wish that we reconnect elsewhere (client.reconnect) is granted.

In 2014 hijackers of routes sent exactly this message to make miners work for them for good (SecureWorks, "BGP
Hijacking for Cryptocurrency Profit"). So a pool may move us only within what its owner has registered, and TLS stays.
"""

from ipaddress import ip_address

from pithead.pool.address import Address
from pithead.stratum.dialect import MoveTo

SHARED_SUFFIXES = (
    *(".amazonaws.com", ".azure.com", ".azurewebsites.net", ".cloudapp.net", ".cloudfront.net", ".on-aws.com"),
    *(".googleusercontent.com", ".herokuapp.com", ".fly.dev", ".github.io", ".ngrok.io", ".onrender.com"),
    *(".workers.dev", ".ddns.net", ".duckdns.org", ".dyndns.org", ".dynu.net", ".hopto.org", ".myftp.org"),
    *(".no-ip.org", ".sytes.net", ".zapto.org", ".local", ".internal", ".localhost", ".onion"),
)
"""Names under which strangers come by names without registering a domain, clusters' and home networks' included."""


def grant_move(current: Address, configured: Address, move: MoveTo) -> Address | str:
    """Return where to connect next, TLS as now, or the reason why the wish is not granted.

    `configured` is what the user wrote, to which the rule applies; `current` fills in what the pool left out.
    """
    host, port = move.host or current.host, move.port or current.port
    if not 1 <= port <= 65535:
        return f"port {port} does not exist"
    if not same_owner(configured.host, host):
        return f"{host} is not under the same domain as {configured.host}"
    return Address(host, port, current.tls)


def same_owner(one: str, other: str) -> bool:
    """Whether two hosts are equal or under one registrable domain; IP literals and single labels must be equal."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    if one == other:
        return True
    if is_ip(one) or is_ip(other):
        return False
    domain = registrable_domain(one)
    return bool(domain) and domain == registrable_domain(other)


def registrable_domain(host: str) -> str:
    """Return the part of a lower-case name that somebody registered, or "" where it cannot be told.

    The last two labels; three where the last two read like a country's shared suffix (co.uk, com.br, or.jp: two
    letters after at most three). This errs on the side of refusing: the true list (publicsuffix.org) is large and
    ages, and a refused move costs one ignored message.
    """
    labels = host.split(".")
    size = 3 if len(labels[-1]) == 2 and len(labels[-2:][0]) <= 3 else 2
    if len(labels) < size or not all(labels) or host.endswith(SHARED_SUFFIXES):
        return ""
    return ".".join(labels[-size:])


def is_ip(host: str) -> bool:
    """Whether it is an IP literal."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_public(host: str) -> bool:
    """Whether an IP literal is one that the whole internet reaches: not loopback, private, link-local, ..."""
    address = ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_global)
