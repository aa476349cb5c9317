"""Addresses of the school's own pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from helpdesk.views import school, school_place, school_report, school_request, site_panel

urlpatterns: list[URLPattern] = [
    path("mon-ecole/", school.my_school, name="my_school"),
    path("mon-ecole/<int:pk>/maintenant/", school.my_school_now, name="my_school_now"),
    path("signaler/", school_report.subject, name="report"),
    path("signaler/precision/", school_report.symptom, name="report_symptom"),
    path("signaler/ou/", school_place.place, name="report_place"),
    path("signaler/coup-d-oeil/", school_report.look, name="report_look"),
    path("signaler/photo/", school_report.photo, name="report_photo"),
    path("signaler/photo/voir/", school_report.waiting_photo, name="report_waiting_photo"),
    path("signaler/verifier/", school_report.recap, name="report_recap"),
    path("signaler/delai/", school_report.promise, name="report_promise"),
    path("signaler/deja-connu/", school_report.join, name="report_join"),
    path("signaler/quitter/", school_report.leave, name="report_leave"),
    path("signaler/envoye/<int:pk>/", school_report.sent, name="report_sent"),
    path("demandes/", school.requests, name="requests"),
    path("demandes/<int:pk>/", school_request.request_page, name="request"),
    path("demandes/<int:pk>/fil/", school_request.request_thread, name="request_thread"),
    path("demandes/<int:pk>/message/", school_request.message, name="request_message"),
    path("demandes/<int:pk>/retabli/", school_request.confirm, name="request_confirm"),
    path(
        "demandes/<int:pk>/controle/<int:check_pk>/<int:step>/",
        school_request.check,
        name="request_check",
    ),
    path("materiel/", school.equipment, name="equipment"),
    path("implantations/<int:pk>/en-ce-moment/", site_panel.site_now, name="site_now"),
    path("photos/<int:pk>/", school.attachment, name="attachment"),
]
