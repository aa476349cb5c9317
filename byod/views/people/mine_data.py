"""One's own data in a file (GDPR, articles 15 and 20)."""

from __future__ import annotations

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from byod.actions.privacy.person import told_of
from byod.views.people.door import MemberRequest, member_required


@require_GET
@member_required
def data(request: MemberRequest) -> HttpResponse:
    """GET `/moi/donnees/`: everything that is kept of this person, as JSON."""
    told = told_of(request.member)
    body = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    answer = HttpResponse(body, content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return answer
