"""What a person reads while the miner runs. Pure: figures in, lines of text out."""

from collections.abc import Sequence

from pithead.stats import DeviceSnapshot, Snapshot
from pithead.work import Job, Outcome, Verdict

_PREFIXES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_OUTCOMES = {
    Outcome.ACCEPTED: "accepted",
    Outcome.REJECTED: "rejected",
    Outcome.STALE: "stale",
    Outcome.LOST: "lost",
}


def with_prefix(value: float, unit: str) -> str:
    """Write a number with an SI prefix and at most four digits: `12.35 kH/s`."""
    for factor, prefix in _PREFIXES:
        if value >= factor:
            return f"{value / factor:.4g} {prefix}{unit}"
    return f"{value:.4g} {unit}".rstrip()


def hashrate(per_second: float) -> str:
    """Write a hashrate."""
    return with_prefix(per_second, "H/s")


def share_line(verdict: Verdict, snapshot: Snapshot) -> str:
    """Say what became of a share: counts, latency, who found it."""
    shares = snapshot.shares
    judged = shares.accepted + shares.rejected + shares.stale + shares.lost
    block = " BLOCK" if verdict.share.is_block and verdict.outcome is Outcome.ACCEPTED else ""
    why = f": {verdict.reason}" if verdict.reason else ""
    code = f" ({verdict.code})" if verdict.code is not None else ""
    return (
        f"share {_OUTCOMES[verdict.outcome]}{why}{code}{block} {shares.accepted}/{judged}, "
        f"{verdict.latency_seconds * 1000:.0f} ms, difficulty {verdict.share.difficulty:.4g}, "
        f"device {verdict.share.device_id}, {hashrate(snapshot.rates.instant)}"
    )


def job_line(job: Job, pool: str) -> str:
    """Say that there is a new block to work on."""
    height = f" block {job.height}," if job.height is not None else ""
    network = f", network difficulty {with_prefix(job.network_difficulty, '')}" if job.network_difficulty else ""
    return f"job received from {pool}:{height} {job.algorithm}, share difficulty {job.difficulty:.6g}{network}"


def device_table(snapshot: Snapshot, names: Sequence[tuple[int, str, str]], pool: str) -> str:
    """Return the table of devices; `names` gives each device's id, name and what keeps it from hashing, if anything does."""
    rows: list[tuple[str, ...]] = [("device", "name", "hashrate", "minute", "hour", "A/R/S/I", "restarts")]
    figures = {device.device_id: device for device in snapshot.devices}
    rows.extend(_row(device_id, name, reason, figures[device_id]) for device_id, name, reason in names)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*table, _total(snapshot, pool)])


def _row(device_id: int, name: str, reason: str, device: DeviceSnapshot) -> tuple[str, ...]:
    shares = device.shares
    return (
        str(device_id),
        name,
        reason or hashrate(device.rates.average),
        hashrate(device.rates.minute),
        hashrate(device.rates.hour),
        f"{shares.accepted}/{shares.rejected}/{shares.stale}/{shares.invalid}",
        f"{device.restarts}{' unstable' if device.potentially_unstable else ''}",
    )


def _total(snapshot: Snapshot, pool: str) -> str:
    shares = snapshot.shares
    return (
        f"total {hashrate(snapshot.rates.average)}, accepted {shares.accepted}, rejected {shares.rejected}, "
        f"stale {shares.stale}, invalid {shares.invalid}, {snapshot.shares_per_minute_average:.3g} shares a minute, "
        f"best share {with_prefix(shares.best_difficulty, '')}, up {duration(snapshot.uptime_seconds)}, pool {pool}"
    )


def duration(seconds: float) -> str:
    """Write a time span as `1d 02:03:04`."""
    whole = int(seconds)
    days, rest = divmod(whole, 86400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days}d {clock}" if days else clock
