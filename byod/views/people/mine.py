"""One's own page: devices, charter, agreement, loans. Phone first, in plain words."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from byod.actions.people.authorise import judge
from byod.actions.people.credentials import limit_of
from byod.mine_equity import my_requests
from byod.mine_loans import my_loans
from byod.models.people.devices import Credential, PersonalDevice
from byod.models.people.members import Authorisation, MemberKind
from byod.rules.people.requirements import Missing
from byod.views.people.door import MemberRequest, member_required


@require_GET
@member_required
def mine(request: MemberRequest) -> HttpResponse:
    """GET `/moi/`: everything of one person. No name is read: they know who they are."""
    member, guardian, now = request.member, request.as_guardian, timezone.now()
    judged = judge([member], now)
    lacks = judged.missing[member.pk]
    live = Authorisation.objects.live().filter(member=member).first()
    past = Authorisation.objects.filter(member=member).exclude(ended_at=None).first()
    credentials = Credential.objects.filter(revoked_at=None).order_by("-issued_at")
    devices = PersonalDevice.objects.in_use().filter(member=member)
    rows = list(devices.prefetch_related(Prefetch("credentials", credentials, "live")))
    context: dict[str, Any] = {
        "member": member,
        "as_guardian": guardian,
        "authorisation": live,
        "past": past,
        "lacks": lacks,
        "lacks_charter": Missing.CHARTER in lacks,
        "lacks_guardian": Missing.GUARDIAN in lacks,
        "lacks_text": Missing.CHARTER_TEXT in lacks,
        "barred": Missing.SCHOOL in lacks,
        "texts": judged.texts,
        "is_guest": member.kind == MemberKind.GUEST,
        "devices": [_shown(row, now) for row in rows],
        "limit": limit_of(member),
        "mine_loans": my_loans(member, as_guardian=guardian),
        "mine_equity": my_requests(member, as_guardian=guardian),
    }
    return render(request, "byod/people/mine.html", context)


def _shown(row: PersonalDevice, now: Any) -> dict[str, Any]:
    """A device and the state of its credential, as the list tells it."""
    live: list[Credential] = row.live  # type: ignore[attr-defined]
    credential = live[0] if live else None
    state = "planned"
    if credential is not None:
        days = (credential.expires_at - now).days
        state = "down" if days < 0 else "degraded" if days < 30 else "ok"
    return {"row": row, "credential": credential, "state": state}
