"""What a simulated device answers, line by line. The terminal (server.py) feeds it and shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deploy.lab.cli.box import Box
from deploy.lab.cli.dialects import DIALECTS, JUNOS, Dialect
from deploy.lab.cli.trees import Indented, SetLines


class Falls(Exception):
    """The line falls now."""


class Hangs(Exception):
    """Nothing more is said."""


class Leaves(Exception):
    """The session ends."""


class Shell:
    """One session. ``hidden`` says that the next line is a password: it is not echoed."""

    hidden = False

    def __init__(self, box: Box) -> None:
        self.box = box

    def banner(self) -> str:
        return ""

    def prompt(self) -> str:
        raise NotImplementedError

    def answer(self, line: str) -> str:
        """What a line makes the device say. Raises Falls, Hangs, Leaves."""
        self.box.tick()
        faults = self.box.faults
        if faults.offline or (faults.drops_at and line.startswith(faults.drops_at)):
            raise Falls
        if faults.hangs or (faults.hangs_at and line.startswith(faults.hangs_at)):
            raise Hangs
        return self._answer(line)

    def by_hand(self, lines: Sequence[str]) -> None:
        """Enter lines in configuration mode."""
        raise NotImplementedError

    def _answer(self, line: str) -> str:
        raise NotImplementedError

    def _count_entered(self, line: str) -> None:
        """The line that falls in the middle: what was entered before stays entered."""
        faults = self.box.faults
        for name, happens in (("drops_after", Falls), ("hangs_after", Hangs)):
            left = getattr(faults, name)
            if left is not None:
                setattr(faults, name, left - 1 if left > 0 else None)
                if left <= 0:
                    raise happens
        self.box.entered.append(line)


def shell_for(box: Box) -> Shell:
    """The shell of a device's family."""
    return JunosShell(box) if box.platform == JUNOS else IndentedShell(box)


class IndentedShell(Shell):
    """IOS and its kin."""

    def __init__(self, box: Box) -> None:
        super().__init__(box)
        self.dialect: Dialect = DIALECTS[box.platform]
        self.privileged = not (self.dialect.has_enable and box.enable)
        self.configuring = False
        self.path: list[str] = []
        self.asked = ""
        """A question that the next line answers."""

    @property
    def running(self) -> Indented:
        assert isinstance(self.box.running, Indented)
        return self.box.running

    def banner(self) -> str:
        return self.dialect.banner

    def prompt(self) -> str:
        if self.asked:
            return ""
        mode = ""
        if self.configuring:
            mode = "(config)"
            if self.path:
                word, _space, ident = self.path[-1].partition(" ")
                mode = f"({self.dialect.submode.get(word, 'config-' + word).format(id=ident)})"
        gap = "" if self._is_ios else " "
        return f"{self.name}{mode}{'#' if self.privileged else '>'}{gap}"

    @property
    def _is_ios(self) -> bool:
        return self.dialect.platform == "cisco_ios"

    @property
    def name(self) -> str:
        for block in self.running.top:
            if block.line.startswith("hostname "):
                return block.line.split(None, 1)[1].strip('"')
        return self.box.name

    def by_hand(self, lines: Sequence[str]) -> None:
        self.path = []
        for line in lines:
            self._configure(line)

    def _answer(self, line: str) -> str:
        if self.asked:
            return self._reply(line)
        line = " ".join(line.split()) if '"' not in line else line.strip()
        if not line or line.startswith("!"):
            return ""
        if line in ("end", "exit", "logout", "quit", "\x1a"):
            return self._leave(line)
        if self.configuring:
            return self._entered(line)
        return self._command(line)

    # --- operational mode ---

    def _command(self, line: str) -> str:
        if line == "enable":
            return self._enable()
        if re.match(r"(terminal|no page|term|session-timeout|clear)\b", line):
            return ""
        if line.startswith("show "):
            return self._show(line)
        if not self.privileged:
            return self._unknown(line)
        return self._privileged(line)

    def _privileged(self, line: str) -> str:
        if line in ("configure", "configure terminal", "configure term", "conf t", "config"):
            self.configuring = True
            return ""
        if line in self.dialect.saves:
            self.box.save()
            return "Building configuration...\r\n[OK]\r\n" if self._is_ios else ""
        return self._reloading(line)

    def _enable(self) -> str:
        if self.privileged:
            return ""
        self.asked, self.hidden = "enable", True
        return "Password: "

    def _show(self, line: str) -> str:
        if line.startswith(("show run", "show start")):
            if self.box.faults.endless:
                raise Endless
            if not self.privileged:
                return self._unknown(line)
            head = self.dialect.head.format(now=self.box.now(), count=self.box.sessions % 97)
            kept = self.box.startup if line.startswith("show start") else self.box.running
            ends = "end\r\n" if self._is_ios else ""
            return head + kept.text().replace("\n", "\r\n") + ends
        if line.startswith("show version"):
            return f"{self.dialect.platform} simulated\r\n"
        if line.startswith("show startup"):
            return self.box.startup.text().replace("\n", "\r\n")
        return self._unknown(line)

    def _reloading(self, line: str) -> str:
        if line == self.dialect.disarm:
            return self._disarm()
        if line.startswith(f"{self.dialect.arm} "):
            minutes = line.rpartition(" ")[2].rpartition(":")[2]
            if not minutes.isdecimal():
                return self._unknown(line)
            return self._arm(int(minutes))
        if line in ("reload", "boot"):
            self.asked = "reload"
            return "Proceed with reload? [confirm]"
        return self._unknown(line)

    def _disarm(self) -> str:
        was = self.box.disarm()
        if self._is_ios:
            return (
                "***\r\n*** --- SHUTDOWN ABORTED ---\r\n***\r\n"
                if was
                else "%No reload is scheduled.\r\n"
            )
        return "" if was else "Error: nothing is scheduled.\r\n"

    def _arm(self, minutes: int) -> str:
        """IOS and ProCurve reload their startup configuration; AOS-CX goes back to a checkpoint."""
        if self.dialect.platform == "aruba_aoscx":
            self.box.arm(minutes, self.box.running)
            return f"Auto checkpoint mode expires in {minutes} minute(s)\r\n"
        self.minutes = minutes
        if self.dialect.platform == "hp_procurve":
            self.asked = "arm"
            return f"Reload scheduled in {minutes} minutes. Continue [y/n]? "
        if self.box.running.text() != self.box.startup.text():
            self.asked = "arm-save"
            return "\r\nSystem configuration has been modified. Save? [yes/no]: "
        self.asked = "arm"
        return f"Reload scheduled in {minutes} minutes\r\nProceed with reload? [confirm]"

    def _reply(self, line: str) -> str:
        asked, self.asked, self.hidden = self.asked, "", False
        if asked == "enable":
            self.privileged = line == self.box.enable
            return "" if self.privileged else "% Bad secrets\r\n\r\n"
        if asked == "arm-save":
            if line.lower().startswith("y"):
                self.box.save()
            self.asked = "arm"
            return "Proceed with reload? [confirm]"
        if asked == "arm":
            if not line.lower().startswith("n"):
                self.box.arm(self.minutes, self.box.startup)
            return ""
        if not line.lower().startswith("n"):
            self.box.reload()
        return ""

    # --- configuration mode ---

    def _entered(self, line: str) -> str:
        if line.startswith("do "):
            return self._command(line.removeprefix("do "))
        self._count_entered(line)
        return self._configure(line)

    def _configure(self, line: str) -> str:
        faults = self.box.faults
        bare = line.removeprefix("no ")
        if (faults.rejects and faults.rejects in line) or bare.split()[0] not in self.dialect.words:
            return self._unknown(line)
        if self.path and self._opens(bare):
            self.path = []  # the next block is entered from within this one
        if line.startswith("no "):
            self._take(bare)
        elif self._opens(line):
            self.running.enter(self.path, line)
            self.path = [line]
        else:
            self.running.put(self.path, line)
        return ""

    def _take(self, bare: str) -> None:
        if bare == "shutdown":
            self.running.put(self.path, "no shutdown")
            self.running.take(self.path, "shutdown")
            return
        self.running.take(self.path, bare)

    def _opens(self, line: str) -> bool:
        words = len(line.split())
        return (
            words >= 2
            and any(line.startswith(f"{one} ") for one in self.dialect.openers)
            and (not self.path or line.split(maxsplit=1)[0] != "vlan" or words == 2)
        )

    def _leave(self, line: str) -> str:
        if self.configuring:
            if self.path and line == "exit":
                self.path = []
            else:
                self.path, self.configuring = [], False
            return ""
        raise Leaves

    def _unknown(self, line: str) -> str:
        return self.dialect.unknown.format(word=line.split(maxsplit=1)[0])


class Endless(Exception):
    """The device prints without end."""


class JunosShell(Shell):
    """A candidate that a commit makes the running configuration."""

    def __init__(self, box: Box) -> None:
        super().__init__(box)
        self.candidate: SetLines | None = None
        self.asked = ""

    @property
    def running(self) -> SetLines:
        assert isinstance(self.box.running, SetLines)
        return self.box.running

    def prompt(self) -> str:
        if self.asked:
            return ""
        if self.candidate is not None:
            return f"[edit]\r\npreau@{self.box.name}# "
        return f"preau@{self.box.name}> "

    def by_hand(self, lines: Sequence[str]) -> None:
        self.candidate = self.running.copy()
        for line in lines:
            self._edit(line)
        self._commit("commit")
        self.candidate = None

    def _answer(self, line: str) -> str:
        line = line.strip()
        if self.asked:
            return self._reply(line)
        if not line:
            return ""
        return self._operational(line) if self.candidate is None else self._editing(line)

    def _operational(self, line: str) -> str:
        if line.startswith("set cli screen-width"):
            return f"Screen width set to {line.rpartition(' ')[2]}\r\n"
        if line.startswith("set cli complete-on-space"):
            return "Disabling complete-on-space\r\n"
        if line.startswith("set cli screen-length"):
            return f"Screen length set to {line.rpartition(' ')[2]}\r\n"
        if line.startswith("show configuration"):
            if self.box.faults.endless:
                raise Endless
            head = f"## Last commit: {self.box.now()} by preau\r\n"
            return head + self.running.text().replace("\n", "\r\n")
        if line == "configure":
            self.candidate = self.running.copy()
            return "Entering configuration mode\r\n\r\n"
        if line in ("exit", "quit"):
            raise Leaves
        return "                ^\r\nunknown command.\r\n"

    def _editing(self, line: str) -> str:
        if line.startswith(("set ", "delete ")):
            self._count_entered(line)
            return self._edit(line)
        if line.startswith("commit"):
            return self._commit(line)
        if line.startswith("rollback"):
            self.candidate = self.running.copy()
            return "load complete\r\n"
        if line in ("exit", "exit configuration-mode", "quit"):
            assert self.candidate is not None
            if self.candidate.text() != self.running.text():
                self.asked = "leave"
                return (
                    "The configuration has been changed but not committed\r\n"
                    "Exit with uncommitted changes? [yes,no] (yes) "
                )
            self.candidate = None
            return "Exiting configuration mode\r\n"
        return "                ^\r\nunknown command.\r\n"

    def _edit(self, line: str) -> str:
        assert self.candidate is not None
        verb, _space, path = line.partition(" ")
        rejects = self.box.faults.rejects
        known = r"(system|interfaces|vlans|snmp|routing-options|protocols|access|poe|ntp)\b"
        if (rejects and rejects in line) or not re.match(known, path):
            return "                ^\r\nsyntax error.\r\n"
        if verb == "set":
            self.candidate.set(line)
        elif not self.candidate.delete(path):
            return "warning: statement not found\r\n"
        return ""

    def _commit(self, line: str) -> str:
        assert self.candidate is not None
        box = self.box
        with box.lock:
            if line.startswith("commit confirmed"):
                minutes = int(line.split()[2]) if len(line.split()) > 2 else 10
                box.arm(minutes, box.running)
                back = f"automatically rolled back in {minutes} minutes unless confirmed"
                said = f"commit confirmed will be {back}\r\n"
            else:
                box.disarm()
                said = ""
            box.running = self.candidate.copy()
            box.save()
        return f"{said}commit complete\r\n"

    def _reply(self, line: str) -> str:
        self.asked = ""
        if line.startswith("n"):
            return ""
        self.candidate = None
        return "Exiting configuration mode\r\n"
