"""Tables of equity: who asked for a device or a line, and who was served."""

from . import requests, served

__all__ = ["requests", "served"]
