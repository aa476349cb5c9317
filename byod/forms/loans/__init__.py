"""Forms of loans of devices: pools, the desk, terms."""
