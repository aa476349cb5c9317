"""One's own page: devices, charter, agreement, loans. Phone first, in plain words."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from byod.mine_equity import my_requests
from byod.mine_loans import my_loans
from byod.views.people.door import MemberRequest, member_required


@require_GET
@member_required
def mine(request: MemberRequest) -> HttpResponse:
    """GET `/moi/`: everything of one person."""
    member, guardian = request.member, request.as_guardian
    context = {
        "member": member,
        "as_guardian": guardian,
        "mine_loans": my_loans(member, as_guardian=guardian),
        "mine_equity": my_requests(member, as_guardian=guardian),
    }
    return render(request, "byod/people/mine.html", context)
