"""Pages of calls and files: for everybody, for a school, for officers."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.grants.views.calls import (
    applications,
    authors,
    builder,
    call,
    edit,
    files,
    public,
    publish,
    received,
    school,
    signing,
    write,
)

urlpatterns: list[URLPattern] = [
    *school.urlpatterns,
    *call.urlpatterns,
    *edit.urlpatterns,
    *builder.urlpatterns,
    *publish.urlpatterns,
    *public.urlpatterns,
    *received.urlpatterns,
    *files.urlpatterns,
    *write.urlpatterns,
    *authors.urlpatterns,
    *signing.urlpatterns,
    *applications.urlpatterns,
]
