"""Sessions that know whose they are, and counts that every process shares."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User

if TYPE_CHECKING:
    from schools.sign_in.sessions import SessionStore


class SessionQuerySet(models.QuerySet["Session"]):
    def of(self, person: User) -> Self:
        """The sessions in which this person is signed in now, the last seen first."""
        return self.filter(user=person, expire_date__gt=timezone.now()).order_by("-seen_at", "pk")


class Session(AbstractBaseSession):
    """One browser. Its person, device and limits are columns, so that sessions can be listed,

    closed and ended by a query; ``expire_date`` is the earlier of idle end and ``ends_at``.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions", null=True)
    address = models.GenericIPAddressField(_("adresse IP"), null=True)
    device = models.CharField(_("appareil"), max_length=300, blank=True)
    began_at = models.DateTimeField(_("commencée le"), default=timezone.now)
    seen_at = models.DateTimeField(_("vue pour la dernière fois"), default=timezone.now)
    ends_at = models.DateTimeField(_("se termine au plus tard le"))
    idle_s = models.PositiveIntegerField(_("se termine sans activité après (s)"))

    sessions: ClassVar[models.Manager[Any]] = SessionQuerySet.as_manager()
    objects: ClassVar[Any] = BaseSessionManager()

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")  # type: ignore[assignment]
        verbose_name_plural = _("sessions")  # type: ignore[assignment]

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        """What Django reads and writes these rows with."""
        from schools.sign_in.sessions import SessionStore  # noqa: PLC0415  it imports this model

        return SessionStore

    def end_after(self, seen_at: dt.datetime) -> dt.datetime:
        """When a session last used at that time ends."""
        return min(seen_at + dt.timedelta(seconds=self.idle_s), self.ends_at)


class SharedCount(models.Model):
    """A row of Django's cache in the database: attempts, and one-time codes already used.

    Only the cache reads and writes it. It is a model so that a migration makes the table.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("compteur partagé")
        verbose_name_plural = _("compteurs partagés")

    def __str__(self) -> str:
        return self.cache_key
