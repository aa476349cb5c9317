"""Give a role: which one, where, to whom. An invitation by e-mail, or a person one sees."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from schools.access import (
    can_grant,
    kinds_given_by,
    people_for,
    require_people,
)
from schools.actions.grant_role import grant_role
from schools.actions.invite_person import invite_person
from schools.models import Authority, Post, Province, RoleKind, School, Site, User
from schools.models.scope import scope_of
from schools.people.doors import done, managers_only
from schools.people.forms import DatesForm, GuestForm
from schools.people.listing import key_of
from schools.people.role_pages import attempt
from schools.people.role_words import OPENS
from schools.rules import LEVELS
from schools.views.doors import user_of

OFFERED = 20
"""Places shown at once; more are found by searching."""
SCHOOL_KINDS = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value})


def _places(user: User) -> tuple[Any, Any, Any]:
    """Schools, sites and authorities where the person may look; an administrator everywhere."""
    if user.is_superuser:
        return School.objects.all(), Site.objects.all(), Authority.objects.all()
    return (
        School.objects.visible_to(user),
        Site.objects.visible_to(user),
        Authority.objects.visible_to(user),
    )


def post_of(user: User, query: QueryDict) -> Post | None:
    """The role that the address names as far as it does; None while a part is missing.

    Raises Http404 for a place that the person does not see.
    """
    kind = query.get("role", "")
    if kind not in RoleKind.values:
        return None
    schools, sites, authorities = _places(user)
    if (pk := key_of(query, "implantation")) and kind in SCHOOL_KINDS:
        return Post(kind, site=get_object_or_404(sites.select_related("school"), pk=pk))
    if (pk := key_of(query, "ecole")) and kind in SCHOOL_KINDS:
        return Post(kind, school=get_object_or_404(schools, pk=pk))
    if (pk := key_of(query, "po")) and kind == RoleKind.AUTHORITY:
        return Post(kind, authority=get_object_or_404(authorities, pk=pk))
    province = query.get("province", "")
    if province in Province.values and kind == RoleKind.LOCAL_TECHNICIAN:
        return Post(kind, province=province)
    return Post(kind, region=True) if LEVELS[kind] == {"region"} else None


@require_http_methods(["GET", "POST"])
@managers_only
def give(request: HttpRequest) -> HttpResponse:
    """GET and POST `/personnes/inviter/`: role, place, person; the address holds what is chosen."""
    user = user_of(request)
    person = _person(user, request.GET)
    kinds = [kind for kind in RoleKind.values if kind in kinds_given_by(user)]
    if not request.GET.get("role") and len(kinds) == 1:
        return _step(request, role=kinds[0])
    post = post_of(user, request.GET)
    if post is not None:
        require_people(can_grant(user, post, person))
        return _give(request, user, post, person)
    if request.GET.get("role") in kinds:
        return _choose_place(request, user, request.GET["role"], person)
    return _choose_kind(request, kinds, person)


def _person(user: User, query: QueryDict) -> User | None:
    """Who is to have the role, where the address names somebody that the reader sees."""
    if "personne" not in query:
        return None
    pk = key_of(query, "personne")
    if pk is None:
        raise Http404
    return get_object_or_404(people_for(user).known(), pk=pk)


def _step(request: HttpRequest, **more: object) -> HttpResponse:
    query = request.GET.copy()
    for name, value in more.items():
        query[name] = str(value)
    return redirect(f"{reverse('schools:give_role')}?{query.urlencode()}")


def _with(query: QueryDict, **more: object) -> str:
    changed = query.copy()
    changed.pop("q", None)
    for name, value in more.items():
        changed[name] = str(value)
    return f"?{changed.urlencode()}"


def _render(
    request: HttpRequest, template: str, person: User | None, **context: Any
) -> HttpResponse:
    title = _("Donner un rôle") if person else _("Inviter une personne")
    return render(
        request,
        f"schools/people/{template}.html",
        {
            "menu": "people",
            "title": title,
            "person": person,
            "crumbs": [(_("Personnes"), reverse("schools:people")), (title, None)],
            **context,
        },
    )


def _choose_kind(request: HttpRequest, kinds: list[str], person: User | None) -> HttpResponse:
    choices = [(RoleKind(kind).label, OPENS[kind], _with(request.GET, role=kind)) for kind in kinds]
    return _render(request, "give_kind", person, choices=choices)


def _choose_place(request: HttpRequest, user: User, kind: str, person: User | None) -> HttpResponse:
    words = request.GET.get("q", "").split()[:6]
    choices = _offered(user, kind, words)
    if len(choices) == 1 and not words:
        name, value = choices[0][0]
        return _step(request, **{name: value})
    shown = [
        (label, below, _with(request.GET, **{name: value}))
        for (name, value), label, below in choices[:OFFERED]
    ]
    return _render(
        request,
        "give_place",
        person,
        kind=RoleKind(kind).label,
        choices=shown,
        more=len(choices) > OFFERED,
        searchable=kind != RoleKind.LOCAL_TECHNICIAN,
        query=request.GET.get("q", ""),
        kept=[(k, v) for k, v in request.GET.items() if k not in ("q", "ecole", "implantation")],
    )


def _offered(user: User, kind: str, words: list[str]) -> list[tuple[tuple[str, Any], str, str]]:
    """Places where the role may be, as ((parameter, value), name, what stands below)."""
    if kind == RoleKind.LOCAL_TECHNICIAN:
        return [(("province", key), str(label), "") for key, label in Province.choices]
    schools, sites, authorities = _places(user)
    if kind == RoleKind.AUTHORITY:
        rows = authorities.filter(closed_on=None)
        for word in words:
            rows = rows.filter(Q(name__unaccent__icontains=word) | Q(fase_number=word))
        return [(("po", row.pk), row.name, "") for row in rows[: OFFERED + 1]]
    scope = scope_of(user, RoleKind.that_manage())
    if scope.sites and not (scope.region or scope.provinces or scope.authorities or scope.schools):
        # the head of one site gives nothing at the school above it
        return [(("implantation", row.pk), str(row), "") for row in sites.open()[:OFFERED]]
    schools = schools.filter(closed_on=None).select_related("authority")
    for word in words:
        schools = schools.filter(
            Q(name__unaccent__icontains=word)
            | Q(number=word)
            | Q(sites__municipality__name__unaccent__icontains=word)
        ).distinct()
    rows = list(schools.order_by("name")[: OFFERED + 1])
    return [(("ecole", row.pk), row.name, row.authority.name) for row in rows]


def _give(request: HttpRequest, user: User, post: Post, person: User | None) -> HttpResponse:
    form = (DatesForm if person else GuestForm)(request.POST or None)
    if form.is_valid():
        from_on, to_on = form.days
        if person is not None:
            given = person
            made, _gaps = attempt(
                form, lambda: grant_role(user, given, post, from_on=from_on, to_on=to_on)
            )
        else:
            assert isinstance(form, GuestForm)
            guest = form.guest
            made, _gaps = attempt(
                form, lambda: invite_person(user, guest, post, from_on=from_on, to_on=to_on)
            )
        if made:
            return done(request, _given(form, person), _after(post, person))
    return _render(
        request,
        "give_person",
        person,
        form=form,
        post=post,
        sites=_sites_of(post),
        opens=OPENS[post.kind],
        today=timezone.localdate(),
    )


def _sites_of(post: Post) -> list[Site]:
    """The open sites of a school, where there are several: the role may hold at one alone."""
    school = post.school or (post.site.school if post.site else None)
    sites = list(school.sites.filter(closed_on=None)) if school else []
    return sites if len(sites) > 1 else []


def _given(form: DatesForm, person: User | None) -> str:
    if person is not None:
        return _("%(name)s a le rôle.") % {"name": person}
    return _("L’invitation de %(name)s part dans la minute.") % {
        "name": form.cleaned_data["full_name"]
    }


def _after(post: Post, person: User | None) -> str:
    school = post.school or (post.site.school if post.site else None)
    if person is not None:
        return reverse("schools:person", args=[person.pk])
    if school is not None:
        return reverse("schools:access", args=[school.pk])
    return reverse("schools:invitations")
