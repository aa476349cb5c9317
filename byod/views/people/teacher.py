"""« Mes appareils » of those who have an account: the same pages as pupils', as themselves."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from byod.actions.people.links import end_session
from byod.actions.people.register import join_as_teacher
from byod.models.people.members import Member
from byod.views.people.door import cookie_name
from byod.views.people.places import own_sites
from schools.views.doors import user_of


@require_http_methods(["GET", "POST"])
@login_required
def my_devices(request: HttpRequest) -> HttpResponse:
    """GET and POST `/mes-appareils/`: to one's own page; registered first, where one works."""
    user = user_of(request)
    known = Member.objects.present().filter(user=user).exists()
    sites = own_sites(user)
    if not known and request.method == "POST" and sites:
        wanted = request.POST.get("site", "")
        site = next((one for one in sites if str(one.pk) == wanted), sites[0])
        join_as_teacher(user, site)
        known = True
    if not known:
        context = {
            "menu": "byod_mine",
            "crumbs": [(_("Mes appareils"), None)],
            "sites": sites,
        }
        return render(request, "byod/people/my_devices.html", context)
    answer = HttpResponseRedirect(reverse("byod:mine"))
    if secret := request.COOKIES.get(cookie_name(), ""):
        end_session(secret)  # a pupil's session on this machine: this page is one's own
        answer.delete_cookie(cookie_name(), samesite="Lax")
    return answer
