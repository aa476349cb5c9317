from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access.booking import can_set_grid, require
from inventory.booking.slots import SlotImpossible
from inventory.models import LessonGrid, LessonPeriod
from inventory.rules.booking import Grid
from schools.actions.audit import record_action
from schools.models import School, User


class GridImpossible(SlotImpossible):
    """A grid that cannot count so; the text says why and what to do."""


@transaction.atomic
def set_lesson_grid(actor: User, school: int, from_on: dt.date, grid: Grid) -> LessonGrid:
    """These periods count from that day on; the grid before it stays readable. One that has not
    begun may be written again; one that has begun is followed by another.

    Raises School.DoesNotExist where unseen, BookingRefused, GridImpossible with the reason.
    """
    here = School.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=school)
    require(can_set_grid(actor, here))
    if not any(grid.values()):
        raise GridImpossible(_("La grille est vide : entrez au moins une période."))
    first = not LessonGrid.objects.filter(school=here).exists()
    if not first and from_on < timezone.localdate():
        raise GridImpossible(
            _("Une nouvelle grille commence aujourd’hui au plus tôt : ce qui est passé reste.")
        )
    made, _fresh = LessonGrid.objects.update_or_create(
        school=here, from_on=from_on, defaults={"made_by": actor, "made_at": timezone.now()}
    )
    made.periods.all().delete()
    LessonPeriod.objects.bulk_create(
        LessonPeriod(
            grid=made,
            weekday=weekday,
            rank=lesson.rank,
            name=lesson.name,
            starts_min=lesson.starts_min,
            ends_min=lesson.ends_min,
        )
        for weekday, lessons in grid.items()
        for lesson in lessons
    )
    after = {str(day): [lesson.hours for lesson in run] for day, run in sorted(grid.items())}
    record_action(actor, "set_lesson_grid", made, after={"from_on": str(from_on), "periods": after})
    return made
