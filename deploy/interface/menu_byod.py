"""The menu of every pupil connected: strategies, devices, sessions, loans."""

from __future__ import annotations

from deploy.interface.menu_parts import Section

BYOD: tuple[Section, ...] = ()
