"""Write the form of a call that is a draft; a published form is first copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.grants.access.calls.who import can_keep_calls
from inventory.grants.actions.calls.write_call import ChangedMeanwhile, draft_of
from inventory.grants.models.calls.forms import FormVersion
from inventory.grants.models.calls.published import CallVersion
from inventory.grants.rules.calls.form_edit import FormRefused, check_order
from schools.actions.audit import record_action
from schools.models import User

Content = dict[str, Any]


def change_form(
    user: User, pk: int, change: Callable[[Content], Content], revision: int
) -> FormVersion:
    """Apply a change of :mod:`inventory.grants.rules.calls.form_edit` to the form of the draft.

    Raises Call.DoesNotExist, ChangedMeanwhile, DecisionImpossible with the words of the refusal.
    """
    require(can_keep_calls(user))
    with transaction.atomic():
        draft = draft_of(user, pk)
        form = _writable(draft)
        if form.revision != revision and draft.form_id == form.pk:
            raise ChangedMeanwhile(
                _("Quelqu’un a modifié ce formulaire entre-temps. Voici son état actuel.")
            )
        try:
            content = change(form.content)
            check_order(content)
        except FormRefused as refused:
            raise DecisionImpossible(str(refused)) from refused
        if content == form.content:
            return form
        form.content, form.revision = content, form.revision + 1
        form.save()
        if draft.form_id != form.pk:
            draft.form = form
            draft.save(update_fields=["form"])
        record_action(user, "write_form", form, after={"questions": _count(content)})
    return form


def _writable(draft: CallVersion) -> FormVersion:
    """The form of the draft; published, a copy that is the next version."""
    form = FormVersion.objects.select_for_update(of=("self",)).get(pk=draft.form_id)
    if not form.is_frozen:
        return form
    last = draft.call.forms.order_by("-number").values_list("number", flat=True)[0]
    return FormVersion(
        call=draft.call, number=last + 1, content=form.content, revision=form.revision
    )


def _count(content: Content) -> int:
    return sum(len(one["questions"]) for one in content["sections"])
