"""Which devices there are, and what they can mine."""

from collections.abc import Sequence

from pithead.devices.device import DeviceInfo
from pithead.devices.host import cpu_devices
from pithead.errors import SettingsError
from pithead_kernels import ALGORITHMS, find


def algorithm_names() -> list[str]:
    """Return the algorithms that devices can mine, in alphabetical order."""
    return list(ALGORITHMS)


def share_multiplier(algorithm: str) -> int:
    """Return how much finer than Bitcoin's the unit is in which pools state this algorithm's difficulty."""
    return find(algorithm).share_multiplier


def find_devices(cpu_threads: int, devices: int, wanted: Sequence[int]) -> tuple[DeviceInfo, ...]:
    """Return the devices to use: all, or those with the wanted indexes; SettingsError names one that is not there."""
    present = {info.id: info for info in cpu_devices(cpu_threads or None, devices)}
    for index in wanted:
        if index not in present:
            raise SettingsError(f"there is no device {index}; there are {', '.join(map(str, present))}")
    return tuple(present[index] for index in sorted(set(wanted) or present))


def describe(devices: Sequence[DeviceInfo]) -> str:
    """Return a line for each device, as --devices-info prints it."""
    return "\n".join(
        f"{info.id}: {info.name} ({info.vendor or 'unknown vendor'}), {info.kind}, {info.threads} threads, uuid {info.uuid}"
        for info in devices
    )
