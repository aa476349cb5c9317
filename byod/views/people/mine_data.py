"""One's own data in a file (GDPR, articles 15 and 20)."""

from __future__ import annotations

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from byod.actions.equity import keeping as equity
from byod.actions.loans import keeping as loans
from byod.actions.network import keeping as network
from byod.actions.people import keeping as people
from byod.actions.strategy import keeping as strategy
from byod.views.people.door import MemberRequest, member_required

PARTS = (people, network, loans, equity, strategy)


@require_GET
@member_required
def data(request: MemberRequest) -> HttpResponse:
    """GET `/moi/donnees/`: everything that is kept of this person, as JSON."""
    told = {"at": timezone.now()}
    for part in PARTS:
        told |= part.export_of(request.member)
    body = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    answer = HttpResponse(body, content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return answer
