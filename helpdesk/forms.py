"""Forms of the technicians' pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Priority, ResolutionMode
from inventory.models import Device
from schools.models import Room, Site, User

BY_PEOPLE = [(m.value, m.label) for m in ResolutionMode if m != ResolutionMode.BY_ITSELF]


class ReplyForm(forms.Form):
    """A message to the school, or a note among colleagues."""

    body = forms.CharField(max_length=5000, strip=True)
    internal = forms.BooleanField(required=False)
    wait = forms.BooleanField(required=False)


class ResolveForm(forms.Form):
    """How the fault was mended, and what the school reads."""

    mode = forms.ChoiceField(label=_("Comment ?"), choices=BY_PEOPLE, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Message à l’école"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PriorityForm(forms.Form):
    """Another priority, and why."""

    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int)
    why = forms.CharField(required=False, max_length=200)


class AskForm(forms.Form):
    """A visual check and the words that go with it."""

    message = forms.CharField(required=False, max_length=2000)


class NewTicketForm(forms.Form):
    """What a technician writes down while somebody is on the phone.

    ``school`` is typed (name, town or FASE); when several sites fit, the form asks which.
    """

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    site = forms.ModelChoiceField(
        label=_("Implantation"), queryset=Site.objects.none(), empty_label=_("Choisissez")
    )
    title = forms.CharField(label=_("Que se passe-t-il ?"), max_length=200)
    body = forms.CharField(
        label=_("Ce que dit l’école"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    priority = forms.TypedChoiceField(
        label=_("Priorité"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )
    room = forms.ModelChoiceField(
        label=_("Local"), queryset=Room.objects.none(), required=False, empty_label=_("Non précisé")
    )
    device = forms.ModelChoiceField(
        label=_("Équipement"),
        queryset=Device.objects.none(),
        required=False,
        empty_label=_("Non précisé"),
    )

    def __init__(
        self, *args: Any, user: User, sites: Any, site: Site | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._field("site").queryset = sites
        if site is not None:
            self._field("room").queryset = site.rooms.all()
            self._field("device").queryset = Device.objects.visible_to(user).filter(site=site)

    def _field(self, name: str) -> Any:
        return self.fields[name]
