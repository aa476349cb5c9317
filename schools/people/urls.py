"""Addresses of people, part of those of the register."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from schools.people import (
    accept_pages,
    give_pages,
    invitation_pages,
    list_pages,
    own_pages,
    person_pages,
    role_pages,
    school_pages,
)
from schools.sheets import sheet_paths

urlpatterns: list[URLPattern | URLResolver] = [
    path("personnes/", list_pages.people, name="people"),
    *sheet_paths("personnes/export", list_pages.export_people, "people_export"),
    path("personnes/inviter/", give_pages.give, name="give_role"),
    path("personnes/invitations/", invitation_pages.invitations, name="invitations"),
    path("personnes/invitations/envoi/", invitation_pages.invite_all, name="invite_all"),
    path("personnes/invitations/<int:pk>/renvoyer/", invitation_pages.resend, name="resend"),
    path(
        "personnes/invitations/<int:pk>/retirer/", invitation_pages.revoke, name="revoke_invitation"
    ),
    path("personnes/<int:pk>/", person_pages.person, name="person"),
    path("personnes/<int:pk>/telephone/", person_pages.phone, name="person_phone"),
    path("personnes/<int:pk>/fermer/", person_pages.close, name="person_close"),
    path("personnes/<int:pk>/rouvrir/", person_pages.reopen, name="person_reopen"),
    path("personnes/<int:pk>/effacer/", person_pages.erase, name="person_erase"),
    path("roles/<int:pk>/fin/", role_pages.end, name="end_role"),
    path("roles/<int:pk>/retablir/", role_pages.undo_end, name="undo_end"),
    path("roles/<int:pk>/dates/", role_pages.dates, name="role_dates"),
    path("roles/<int:pk>/remplacer/", role_pages.substitute, name="substitute"),
    path("ecoles/acces/", school_pages.accesses, name="accesses"),
    path("ecoles/<int:pk>/acces/", school_pages.access, name="access"),
    path("ecoles/sans-contact/", list_pages.without_contact, name="without_contact"),
    path("ecoles/sans-contact/compte/", list_pages.bare_count, name="bare_count"),
    path("invitation/<str:token>/", accept_pages.accept, name="accept"),
    path("mon-compte/donnees.json", own_pages.own_data, name="own_data"),
]
