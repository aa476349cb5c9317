"""What a site's page tells of its people: counts, of five and more for those who read no names."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from byod.access.people.members import can_run
from byod.models.people.devices import PersonalDevice
from byod.models.people.members import Authorisation, Member, MemberKind
from schools.models import Site
from schools.views.doors import user_of


@require_GET
@login_required
def site_people(request: HttpRequest, site: int) -> HttpResponse:
    """GET `/inscrits/panneau/<site>/`: three counts."""
    user, now = user_of(request), timezone.now()
    row = get_object_or_404(Site.objects.visible_to(user).select_related("school"), pk=site)
    people = Member.objects.present().filter(site=row).exclude(kind=MemberKind.GUEST)
    devices = PersonalDevice.objects.in_use().filter(
        member__site=row,
        member__left_on=None,
        credentials__revoked_at=None,
        credentials__expires_at__gt=now,
    )
    live = Authorisation.objects.live().filter(member__in=people)
    context = {
        "site": row,
        "runs": bool(can_run(user, row)),
        "registered": people.count(),
        "authorised": live.values("member").distinct().count(),
        "devices": devices.exclude(member__kind=MemberKind.GUEST).distinct().count(),
    }
    return render(request, "byod/people/_panel.html", context)
