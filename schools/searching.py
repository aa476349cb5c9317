"""What the register answers to the box: schools, sites, authorities, municipalities, people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.access import can_list_people
from schools.finding import EACH, Group, Hit, matching, one_word, ranked
from schools.models import Authority, Municipality, Role, School, Site, User
from schools.people_seen import people_seen, reads_addresses
from schools.words import Asked

BEST_FIRST = ("rank", F("closed_on").asc(nulls_first=True))
SITE_WORDS = ("words", "school__words", "municipality__words")


def sites_q(asked: Asked, *, site: str = "", alike: bool = False, authority: bool = False) -> Q:
    """Sites that hold every word in their name, school, town, postcode or number.

    ``site`` leads from a row to its site; ``authority``: the PO's name counts too. Each table is
    searched by itself, along its own index: an OR over joined columns would read every site.
    """
    path = f"{site}__" if site else ""
    found = Q(**{f"{path}number__in": asked.numbers}) if asked.numbers else Q(pk__in=[])
    words = Q()
    for spellings in asked.words:
        one = one_word(spellings, "words", alike)
        somewhere = (
            Q(**{f"{path}pk__in": Site.objects.filter(one).values("pk")})
            | Q(**{f"{path}school__in": School.objects.filter(one).values("pk")})
            | Q(**{f"{path}municipality__in": Municipality.objects.filter(one).values("pk")})
        )
        if authority:
            owners = Authority.objects.filter(one).values("pk")
            somewhere |= Q(**{f"{path}school__authority__in": owners})
        words &= somewhere
    return found | words if asked.words else found


def places(user: User, asked: Asked, alike: bool) -> Iterator[Group]:
    """Schools, sites, authorities and municipalities, each group in one query."""
    yield _group("schools", _("Écoles"), "school", _schools(user, asked, alike), asked)
    sites = _sites(user, asked, alike)
    yield _group("sites", _("Implantations"), "building-community", sites, asked)
    yield _group(
        "authorities", _("Pouvoirs organisateurs"), "gavel", _authorities(user, asked, alike), asked
    )
    yield Group("municipalities", _("Communes"), "map-pin", [*_municipalities(user, asked, alike)])


def _group(key: str, title: str, icon: str, hits: Iterable[Hit], asked: Asked) -> Group:
    """A group; when more was found than is shown, the list takes over."""
    rows = list(hits)
    more = f"{reverse(f'schools:{key}')}?q={quote(asked.text)}" if len(rows) > EACH else ""
    return Group(key, title, icon, rows[:EACH], more)


def _schools(user: User, asked: Asked, alike: bool) -> Iterator[Hit]:
    number = Q(number__in=asked.numbers)
    rows = School.objects.visible_to(user).filter(matching(asked, ["words"], alike) | number)
    rows = rows.annotate(rank=ranked(asked, "words", ["words"], number))
    for school in rows.order_by(*BEST_FIRST, "name")[: EACH + 1]:
        yield Hit(
            school.pk,
            reverse("schools:school", args=[school.pk]),
            school.name,
            f"{school.get_scheme_display()} {school.number} · {school.get_network_display()}",
            _closed(school),
            school.number in asked.numbers,
        )


def _sites(user: User, asked: Asked, alike: bool) -> Iterator[Hit]:
    number = Q(number__in=asked.numbers)
    rows = Site.objects.visible_to(user).filter(sites_q(asked, alike=alike))
    rows = rows.annotate(rank=ranked(asked, "school__words", SITE_WORDS, number))
    rows = rows.select_related("school", "municipality")
    for site in rows.order_by(*BEST_FIRST, "school__name", "name")[: EACH + 1]:
        told = [f"{site.postcode} {site.municipality}".strip()]
        if site.number:
            told.append(f"{site.get_scheme_display()} {site.number}")
        yield Hit(
            site.pk,
            reverse("schools:site", args=[site.pk]),
            str(site),
            " · ".join(told),
            _closed(site),
            site.number in asked.numbers,
        )


def _authorities(user: User, asked: Asked, alike: bool) -> Iterator[Hit]:
    number = Q(fase_number__in=asked.numbers) | Q(bce_number__in=asked.numbers)
    rows = Authority.objects.visible_to(user).filter(matching(asked, ["words"], alike) | number)
    rows = rows.annotate(rank=ranked(asked, "words", ["words"], number))
    for one in rows.order_by(*BEST_FIRST, "name")[: EACH + 1]:
        told = [f"FASE {one.fase_number}" if one.fase_number else ""]
        told.append(f"BCE {one.bce_number}" if one.bce_number else "")
        yield Hit(
            one.pk,
            reverse("schools:authority", args=[one.pk]),
            one.name,
            " · ".join(filter(None, told)),
            _closed(one),
            bool({one.fase_number, one.bce_number} & set(asked.numbers)),
        )


def _municipalities(user: User, asked: Asked, alike: bool) -> Iterator[Hit]:
    """Those where the person sees a site; a postcode finds the ones that share it."""
    sites = Site.objects.visible_to(user).open()
    found = matching(asked, ["words"], alike) if asked.words else Q(pk__in=[])
    if asked.text.isdecimal() and len(asked.text) == 4:
        found |= Q(pk__in=sites.filter(postcode=asked.text).values("municipality"))
    rows = Municipality.objects.visible_to(user).filter(found)
    rows = rows.filter(Exists(sites.filter(municipality=OuterRef("pk"))))
    rows = rows.annotate(rank=ranked(asked, "words", ["words"])).order_by("rank", "name")
    shown = list(rows[:EACH])
    counts = dict(
        sites.filter(municipality__in=shown)
        .order_by()
        .values_list("municipality")
        .annotate(n=Count("pk"))
    )
    for town in shown:
        n = counts.get(town.pk, 0)
        told = ngettext("%(n)d implantation", "%(n)d implantations", n) % {"n": n}
        yield Hit(
            town.pk,
            f"{reverse('schools:sites')}?commune={town.pk}",
            str(town),
            f"{town.get_province_display()} · {told}",
        )


def people(user: User, asked: Asked, alike: bool) -> Iterator[Group]:
    """People with a function at a place that the person sees."""
    address = Q()
    if reads_addresses(user) and "@" in asked.text:
        address = Q(email__contains=asked.text.lower())
    if not asked.words:
        return
    today = timezone.localdate()
    rows: QuerySet[User] = people_seen(user, today)
    rows = rows.filter(address or matching(asked, ["words"], alike))
    rows = rows.annotate(rank=ranked(asked, "words", ["words"])).order_by("rank", "full_name")
    live = Role.objects.live(today).select_related("school", "site__school", "authority")
    rows = rows.prefetch_related(Prefetch("roles", live, to_attr="in_force"))
    hits = [hit for one in rows[:EACH] if (hit := _person(one, user))]
    yield Group("people", _("Personnes"), "user", hits)


def _person(one: User, reader: User) -> Hit | None:
    role: Role | None = next(iter(one.in_force), None)  # type: ignore[attr-defined]
    told = [str(role.get_kind_display()), _where(role)] if role else []
    if reads_addresses(reader):
        told.append(one.email)
    url = _page_of(one, role, reader) or (f"mailto:{one.email}" if reads_addresses(reader) else "")
    return Hit(one.pk, url, str(one), " · ".join(filter(None, told))) if url else None


def _where(role: Role) -> str:
    if role.region:
        return _("toute la Région")
    place = role.school or role.site or role.authority
    return str(place) if place else str(role.get_province_display())


def _page_of(one: User, role: Role | None, reader: User) -> str:
    """The person's own page for those who may open it; else that of the place where they work."""
    if can_list_people(reader):
        return reverse("schools:person", args=[one.pk])
    if role and role.school_id:
        return f"{reverse('schools:school', args=[role.school_id])}#personnes"
    if role and role.site_id:
        return reverse("schools:site", args=[role.site_id])
    if role and role.authority_id:
        return reverse("schools:authority", args=[role.authority_id])
    return ""


def _closed(place: School | Site | Authority) -> tuple[str, str] | None:
    return ("unknown", _("fermée")) if place.closed_on else None
