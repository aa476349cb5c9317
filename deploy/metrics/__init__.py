"""``/metrics``: what the platform tells Prometheus, computed from the database when asked.

Nothing is counted in a process, so any web process answers the same, and a restart loses nothing.
``docs/metrics.md`` lists every metric; a test holds the two together.
"""
