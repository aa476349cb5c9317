"""Tables of equity: who asked for a device or a line, and who was served."""

from . import requests

__all__ = ["requests"]
