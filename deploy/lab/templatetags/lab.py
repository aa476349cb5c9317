"""Words of the lab page."""

from __future__ import annotations

from django import template

from deploy.lab.board import fault_text
from deploy.lab.models import Fault

register = template.Library()


@register.filter
def fault_words(fault: Fault) -> str:
    """`{{ fault|fault_words }}`: a fault in two words."""
    return fault_text(fault)
