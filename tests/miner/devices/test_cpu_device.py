"""The CPU as one device or several."""

import os

import pytest

from pithead.devices.host import cores_within, cpu_devices, cpu_model, usable_cores


def test_the_cpu_is_one_device_with_a_thread_for_each_usable_core():
    assert [device.threads for device in cpu_devices()] == [usable_cores()]


def test_no_more_cores_are_usable_than_the_affinity_allows():
    assert 1 <= usable_cores() <= len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("threads", "devices", "each"), [(4, 1, [4]), (4, 2, [2, 2]), (5, 3, [2, 2, 1]), (2, 4, [1, 1, 1, 1])]
)
def test_threads_are_split_over_devices_and_each_has_one(threads, devices, each):
    assert [device.threads for device in cpu_devices(threads, devices)] == each


def test_devices_are_numbered_from_zero():
    assert [device.id for device in cpu_devices(4, 3)] == [0, 1, 2]


def test_each_device_has_a_uuid_of_32_hexadecimal_digits_of_its_own():
    uuids = {device.uuid for device in cpu_devices(8, 8)}
    assert len(uuids) == 8
    assert all(len(bytes.fromhex(uuid)) == 16 for uuid in uuids)


def test_a_device_has_the_same_uuid_at_every_start():
    assert cpu_devices(2, 2) == cpu_devices(2, 2)


@pytest.mark.parametrize(
    ("cpuinfo", "model"),
    [
        ("vendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 9554\nflags\t: a\n", ("AMD EPYC 9554", "AMD")),
        ("vendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R)  \n", ("Intel(R) Xeon(R)", "Intel")),
        ("vendor_id\t: Unheard\nmodel name\t: Of\n", ("Of", "Unheard")),
        ("processor\t: 0\nCPU part\t: 0xd4f\n", (f"{os.uname().machine} CPU", "")),
        ("", (f"{os.uname().machine} CPU", "")),
    ],
)
def test_the_models_name_and_vendor_are_read_from_the_kernel(cpuinfo, model):
    assert cpu_model(cpuinfo) == model


@pytest.mark.parametrize(
    ("cpu_max", "cores"),
    [
        ("max 100000\n", 8),
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("5000 100000\n", 1),
        ("", 8),
        ("9900000 100000", 8),
    ],
)
def test_a_containers_quota_limits_the_cores(cpu_max, cores):
    assert cores_within(8, cpu_max) == cores
