"""Jobs of people. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from byod.actions.people.authorise import settle_site
from byod.actions.people.decisions import settle_decisions
from byod.actions.people.guests import end_stays_over
from byod.actions.people.mail_letters import mail_letters
from byod.actions.people.remind_families import remind_families
from byod.models.people.members import Member
from schools.models import Site


@shared_task(name="byod.tasks_people.settle_people")
def settle_people() -> int:
    """Every night: the grace of a new charter is over for some, a new policy asks less of others.

    A transaction per site: a worker that is killed leaves whole sites behind it.
    """
    changed = 0
    sites = Site.objects.filter(pk__in=Member.objects.present().values("site"))
    for site in sites.select_related("school").iterator():
        settled = settle_site(site, timezone.now())
        changed += settled.given + settled.ended
    return changed


@shared_task(name="byod.tasks_people.end_guests")
def end_guests() -> int:
    """Every five minutes: authorisations of guests whose hours are over end."""
    return end_stays_over(timezone.now())


@shared_task(name="byod.tasks_people.send_family_letters")
def send_family_letters() -> int:
    """Every half minute: letters to families that were asked for leave."""
    return mail_letters()


@shared_task(name="byod.tasks_people.remind_guardians")
def remind_guardians() -> int:
    """Every school day in the morning: guardians who did not answer are asked again."""
    return remind_families(timezone.now())


@shared_task(name="byod.tasks_people.settle_mass_decisions")
def settle_mass_decisions() -> int:
    """Every ten minutes: decisions that can be undone no more revoke what they closed."""
    return settle_decisions(timezone.now())
