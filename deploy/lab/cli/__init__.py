"""Simulated command lines: devices that keep a configuration, on a real SSH server (loopback)."""
