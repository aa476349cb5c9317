"""One question under way: what to send next, what an answer means, when it is over. No socket."""

from __future__ import annotations

import os

from supervision.snmp import message, usm
from supervision.snmp.ber import BerError
from supervision.snmp.bindings import Broken, Walk, read_scalars
from supervision.snmp.contract import (
    Community,
    Oid,
    Outcome,
    Question,
    Reply,
    UsmUser,
    Value,
)
from supervision.snmp.message import Pdu, V3Message
from supervision.snmp.requests import (
    DISCOVERY,
    Template,
    get_request,
    wrap_v2c,
    wrap_v2c_once,
)
from supervision.snmp.transport import resolve
from supervision.snmp.usm import EngineClock

MAX_SCALARS = 48
"""Scalars asked in one GET; more are asked in several."""

MAX_RESYNCS = 4
"""Reports that may correct us (engine, clock) before one answer: endless ones exist."""


class Exchange:
    """The life of one question, from the first datagram to the reply.

    ``attempts`` counts datagrams of the current request; ``serial`` tells timers which datagram
    they were set for; ``credit`` says whether it holds a place in the window.
    """

    __slots__ = (
        "attempts",
        "clock",
        "community",
        "complaint",
        "credit",
        "expected",
        "family",
        "ids",
        "index",
        "pdu",
        "question",
        "reply",
        "resyncs",
        "rtt_ms",
        "scalars",
        "serial",
        "started",
        "target",
        "user",
        "values",
        "walk",
        "wire",
    )

    def __init__(self, index: int, question: Question, bindings: int, rows: int = -1) -> None:
        """Prepare a question; ``bindings``: how many to ask for in one GETBULK; ``rows``: how
        many the first column had last time, -1 when unknown.

        Raises ValueError for a question that cannot be asked.
        """
        self.index = index
        self.question = question
        self.family, self.target = resolve(question.address, question.port)
        self.attempts = self.serial = self.resyncs = 0
        self.credit = False
        self.started = 0.0
        self.ids: list[int] = []
        self.rtt_ms: float | None = None
        self.reply: Reply | None = None
        self.complaint: tuple[Outcome, str] | None = None
        self.clock: EngineClock | None = None
        self.community: bytes | None = None
        self.user: UsmUser | None = None
        if isinstance(question.credential, Community):
            self.community = question.credential.community.encode()
        else:
            self.user = question.credential
            usm.check_user(self.user)
        self.values: dict[Oid, Value] = {}
        self.scalars = [
            question.get[place : place + MAX_SCALARS]
            for place in range(0, len(question.get), MAX_SCALARS)
        ]
        self.walk: Walk | None = None
        if question.walk:
            self.walk = Walk(question.walk, bindings, question.max_rows, rows)
        if not question.get and not question.walk:
            raise ValueError("nothing asked")
        self.expected: tuple[bytes, ...] = ()
        self.wire: Template | None = None
        self.pdu: Template = DISCOVERY
        self._prepare()

    # --- what to send ---

    def _prepare(self) -> None:
        """Encode the next request."""
        self.attempts = 0
        self.resyncs = 0
        self._encode()

    def _encode(self) -> None:
        once = not self.scalars
        if self.scalars:
            self.pdu, self.expected = get_request(self.scalars[0])
        else:
            assert self.walk is not None
            self.pdu = self.walk.request()
        if self.community is not None:
            wrap = wrap_v2c_once if once else wrap_v2c
            self.wire = wrap(self.community, self.pdu)

    def retry(self) -> None:
        """Nothing came: ask again, a walk for fewer rows."""
        if self.walk is not None and not self.scalars:
            self.walk.shorten()
            self._encode()

    def datagram(self, number: int, now: float) -> bytes:
        """The current request under a fresh id."""
        patched = number.to_bytes(4, "big")
        if self.wire is not None:
            return self.wire[0] + patched + self.wire[1]
        user = self.user
        assert user is not None
        if self.clock is None:
            scoped = message.encode_scoped(b"", b"", DISCOVERY[0] + patched + DISCOVERY[1])
            return message.encode_v3(number, usm.REPORTABLE, (b"", 0, 0), user=b"", scoped=scoped)
        engine_id = self.clock.engine_id
        keys = usm.local_keys(user, engine_id)
        pdu = self.pdu[0] + patched + self.pdu[1]
        return message.encode_v3(
            number,
            keys.flags | usm.REPORTABLE,
            (engine_id, self.clock.boots, self.clock.estimate(now)),
            user=user.user.encode(),
            scoped=message.encode_scoped(engine_id, user.context.encode(), pdu),
            keys=keys,
            salt=os.urandom(8) if keys.priv_key is not None else b"",
        )

    # --- what an answer means ---

    def take(self, data: bytes, pdu: Pdu) -> bool:
        """Read a Response to the current request.

        True: something more is to be sent, or it is over. False: the octets are malformed; a
        genuine answer may still come.
        """
        try:
            if pdu.error_status:
                self._take_error(pdu)
            elif self.scalars:
                values = read_scalars(data, pdu.start, self.expected)
                self.values.update(zip(self.scalars.pop(0), values, strict=True))
                self._go_on()
            else:
                assert self.walk is not None
                self._go_on(self.walk.take(data, pdu.start))
        except (BerError, IndexError):
            self.complain(Outcome.FAULTY, "malformed")
            return False
        except Broken as broken:
            self.finish(Outcome.FAULTY, str(broken))
        return True

    def _go_on(self, walked: bool = False) -> None:
        if walked or not (self.scalars or self.walk):
            self.finish(Outcome.ANSWERED)
        else:
            self._prepare()

    def _take_error(self, pdu: Pdu) -> None:
        """An error-status: ask for less after tooBig, give up after any other."""
        if not 0 < pdu.error_status < len(message.ERROR_NAMES):
            raise BerError("error-status")
        if pdu.error_status == message.TOO_BIG and self._ask_for_less():
            self._prepare()
            return
        name = message.ERROR_NAMES[pdu.error_status]
        if self.scalars and 0 < pdu.error_index <= len(self.scalars[0]):
            name = f"{name} {self.scalars[0][pdu.error_index - 1]}"
        self.finish(Outcome.FAULTY, name)

    def _ask_for_less(self) -> bool:
        if not self.scalars:
            return self.walk is not None and self.walk.shrink()
        oids = self.scalars[0]
        half = len(oids) // 2
        if half:
            self.scalars[:1] = [oids[:half], oids[half:]]
        return bool(half)

    def take_report(
        self, oid: Oid, report: V3Message, sent: EngineClock | None, keys: object, now: float
    ) -> bool:
        """A Report answered the request that was stamped with ``sent``.

        True: the request was corrected and is to be sent again, or it is over. ``keys``: with
        which the Report was verified; None when it may be forged. Only an authentic Report ends a
        question: a genuine answer may still come before the timeout.
        """
        name = usm.REPORT_NAMES.get(oid, f"report {oid}")
        if oid == usm.UNKNOWN_ENGINE_IDS and self._is_repeated(report.engine_id, sent):
            return False
        corrects = (oid == usm.UNKNOWN_ENGINE_IDS and self._is_news(report.engine_id)) or (
            oid == usm.NOT_IN_TIME_WINDOWS and keys is not None
        )
        if corrects and self.resyncs < MAX_RESYNCS:
            # Even a lower boots is believed: the digest covers our unpredictable msgID, so this
            # cannot be an old message played again; the device was reset to factory settings.
            self.resyncs += 1
            self.attempts = 0
            self.clock = EngineClock(report.engine_id, report.boots, report.time_s, now)
            return True
        if oid in (usm.UNKNOWN_ENGINE_IDS, usm.NOT_IN_TIME_WINDOWS):
            self.complain(Outcome.FAULTY, name)
        elif keys is not None:
            self.finish(Outcome.REFUSED, name)
            return True
        else:
            self.complain(Outcome.REFUSED, name)
        return False

    def _is_repeated(self, engine_id: bytes, sent: EngineClock | None) -> bool:
        """Whether a Report tells again what an earlier one taught us."""
        clock = self.clock
        return clock is not None and sent is not clock and clock.engine_id == engine_id

    def _is_news(self, engine_id: bytes) -> bool:
        """A possible engine id (RFC 3411: 5 to 32 octets) other than the one we used."""
        known = self.clock.engine_id if self.clock is not None else b""
        return 5 <= len(engine_id) <= 32 and engine_id != known

    # --- how it ends ---

    def complain(self, outcome: Outcome, detail: str) -> None:
        """Remember what was wrong, in case nothing better comes before the timeout."""
        self.complaint = outcome, detail

    def give_up(self) -> None:
        """No (genuine) answer in time."""
        outcome, detail = self.complaint or (Outcome.TIMEOUT, "noAnswer")
        self.finish(outcome, detail)

    def finish(self, outcome: Outcome, detail: str = "") -> None:
        """Write the reply."""
        if outcome is not Outcome.ANSWERED:
            self.reply = Reply(outcome, self.rtt_ms, detail=detail)
            return
        columns = {c.oid: c.rows for c in self.walk.columns} if self.walk else {}
        self.reply = Reply(outcome, self.rtt_ms, self.values, columns)
