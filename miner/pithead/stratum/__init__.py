"""Stratum dialects: bytes in, events out; no sockets and no clocks in here."""

from pithead.stratum.bitcoin import BitcoinDialect
from pithead.stratum.dialect import Dialect


def dialect_for(
    algorithm: str,
    share_multiplier: int,
    user: str,
    password: str,
    agent: str,
    connection: int,
    *,
    extranonce_subscribe: bool = True,
) -> Dialect:
    """Return a new connection's dialect, as an algorithm's pools speak it; see BitcoinDialect for what it takes.

    Versions are rolled for sha256d alone. It is where pools know mining.configure, and where a header's nonces last a
    fast device less than a second; elsewhere some pools close the connection on a message they do not know.
    """
    return BitcoinDialect(
        algorithm,
        share_multiplier,
        user,
        password,
        agent,
        connection,
        version_rolling=algorithm == "sha256d",
        extranonce_subscribe=extranonce_subscribe,
    )
