"""Tickets for reading, without what people said: conversations belong to the desk's pages."""

from __future__ import annotations

from django.contrib import admin

from helpdesk.models import Ticket, TicketCause, TicketEvent
from schools.audited_admin import ReadOnlyAdmin, ReadOnlyInline


class CauseInline(ReadOnlyInline):
    model = TicketCause


class EventInline(ReadOnlyInline):
    model = TicketEvent
    fields = ("at", "kind", "actor_text")


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ("id", "title", "site", "priority", "state", "assignee", "opened_at", "due_at")
    list_filter = ("state", "priority", "kind", "resolution")
    list_select_related = ("site__school", "assignee")
    search_fields = ("=id", "title", "site__name", "site__school__name")
    date_hierarchy = "opened_at"
    inlines = (CauseInline, EventInline)
