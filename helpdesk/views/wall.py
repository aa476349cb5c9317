"""The wall: the whole Region (or a province) on one screen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.views.doors import person, technicians_only
from helpdesk.views.places import site_url
from helpdesk.wall import Line, wall_for
from schools.models import Province


@technicians_only
def wall(request: HttpRequest) -> HttpResponse:
    """GET `/mur/`. ``?consequences=1`` also lists what the root causes take down."""
    user, now = person(request), timezone.now()
    effects = request.GET.get("consequences") == "1"
    found = wall_for(user, now, effects)
    for group in found.groups:
        for line in group.lines:
            line.sub = words_of(line)
    scope = user.scope()
    names = [str(Province(p).label) for p in sorted(scope.provinces)]
    context = {
        "menu": "wall",
        "wall": found,
        "now": now,
        "effects": effects,
        "place": _("Région wallonne") if scope.region else ", ".join(names),
        "provinces": ngettext("%(n)d province", "%(n)d provinces", len(found.groups))
        % {"n": len(found.groups)},
        "queue": reverse("helpdesk:queue"),
        "calm": not any(group.lines for group in found.groups),
        "unseen": sum(group.counts.get("unknown", 0) for group in found.groups),
    }
    if found.major is not None:
        found.major.sub = words_of(found.major) if ":" in found.major.sub else found.major.sub
    for group in found.groups:
        for line in group.lines:
            line.site.page = site_url(line.site.pk)  # type: ignore[attr-defined]
    return render(request, "helpdesk/wall.html", context)


def words_of(line: Line) -> str:
    """The second line of a cause, in words."""
    kind, _colon, rest = line.sub.partition(":")
    if kind == "local":
        return _("gérée par l’école : appeler le contact")
    if kind == "of":
        return _("conséquence de %(root)s") % {"root": rest}
    if kind == "suspect":
        return _("%(what)s, pas encore le temps convenu") % {"what": rest}
    if kind != "effects":
        return line.sub
    effects, rooms = (int(n) for n in rest.split(":"))
    parts = []
    if effects:
        n = effects + 1
        parts.append(ngettext("%(n)d alerte en 1", "%(n)d alertes en 1", n) % {"n": n})
    if rooms:
        parts.append(ngettext("%(n)d local touché", "%(n)d locaux touchés", rooms) % {"n": rooms})
    return " · ".join(parts) or _("aucune conséquence connue")
