"""Filters of the calendar pages: a period and a Community in words."""

from __future__ import annotations

from django import template

from schools.calendars import shown as calendar_shown
from schools.calendars import year_words

register = template.Library()
register.filter("period_words", calendar_shown.period_words)
register.filter("community_words", year_words.community_words)
