"""One form, one page: what every page of connections that writes has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from inventory.actions.keep_connections import ConnectionRefused
from inventory.actions.keep_network import ChangedMeanwhile
from inventory.forms.side_by_side import SideBySide

Crumbs = list[tuple[str, str | None]]


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[], object],
    *,
    title: str,
    back: str,
    crumbs: Crumbs,
    menu: str = "connections",
    intro: str = "",
    recap: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Show a form; once it is right, act and go back. A refusal stands beside its field.

    Where somebody was faster (409), what was typed stays, beside what they wrote.
    """
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except ConnectionRefused as refused:
            status = 409 if isinstance(refused, ChangedMeanwhile) else status
            if isinstance(refused, ChangedMeanwhile) and isinstance(form, SideBySide):
                form.meet(refused.row)
            else:
                form.refuse(refused.field, str(refused))
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(back)
    context = {
        "menu": menu,
        "crumbs": [*crumbs, (title, None)],
        "title": title,
        "intro": intro,
        "recap": recap,
        "form": form,
        "back": back,
    }
    return render(request, "inventory/connections/form.html", context, status=status)
