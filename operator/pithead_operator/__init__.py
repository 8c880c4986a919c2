"""Pithead's Kubernetes operator: holds a fleet of miners at what its MinerConfig resources declare."""
