"""Devices: things that hash, each in a worker process of its own."""
