"""Addresses of the helpdesk. French, like everything people read."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from helpdesk import urls_school
from helpdesk.views import doing, incidents, queue, ticket, wall
from schools.sheets import sheet_paths

app_name = "helpdesk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("mur/", wall.wall, name="wall"),
    path("incidents/", incidents.incidents, name="incidents"),
    *sheet_paths("incidents/export", incidents.export, "incidents-export"),
    path("file/", queue.queue, name="queue"),
    *sheet_paths("file/export", queue.export, "queue-export"),
    path("file/nouveau/", queue.new, name="new-ticket"),
    path("file/prendre/", doing.take_many, name="take-many"),
    path("mes-tickets/", queue.mine, name="my-tickets"),
    path("tickets/<int:pk>/", ticket.ticket, name="ticket"),
    path("tickets/<int:pk>/apercu/", queue.preview, name="preview"),
    path("tickets/<int:pk>/prendre/", doing.take, name="take"),
    path("tickets/<int:pk>/rendre/", doing.release, name="release"),
    path("tickets/<int:pk>/repondre/", doing.reply, name="reply"),
    path("tickets/<int:pk>/demander/", doing.ask, name="ask"),
    path("tickets/<int:pk>/reprendre/", doing.resume, name="resume"),
    path("tickets/<int:pk>/priorite/", doing.priority, name="priority"),
    path("tickets/<int:pk>/relire/", doing.reread, name="reread"),
    path("tickets/<int:pk>/redemarrer/", doing.restart, name="restart"),
    path("tickets/<int:pk>/resoudre/", doing.resolve, name="resolve"),
    path("tickets/<int:pk>/rouvrir/", doing.reopen, name="reopen"),
    path("tickets/<int:pk>/clore/", doing.close, name="close"),
    *urls_school.urlpatterns,
]
