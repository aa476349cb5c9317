"""What an environment variable is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One environment variable: what it means and what holds when it is absent."""

    name: str
    meaning: str
    default: str = ""
    required_in_production: bool = False

    @property
    def row(self) -> str:
        """The variable's row in the table of docs/operations.md."""
        default = self.default or "—"
        shown = default if " " in default or default == "—" else f"`{default}`"
        duty = "yes" if self.required_in_production else ""
        return f"| `{self.name}` | {self.meaning} | {shown} | {duty} |"
