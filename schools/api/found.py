"""Shapes of what a search found."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class HitSerializer(serializers.Serializer[Any]):
    """Something found."""

    id = serializers.CharField(source="key")
    title = serializers.CharField()
    sub = serializers.CharField(help_text="Numbers and place, in words.")
    url = serializers.CharField(help_text="Its page.")
    exact = serializers.BooleanField(help_text="Its number is what was asked.")


class GroupSerializer(serializers.Serializer[Any]):
    """Hits of one kind, best first, six at most."""

    kind = serializers.CharField(source="key")
    title = serializers.CharField()
    more = serializers.CharField(help_text="The list that shows the others; empty: none is left.")
    hits = HitSerializer(many=True)


class FoundSerializer(serializers.Serializer[Any]):
    """The answer to a search."""

    alike = serializers.BooleanField(help_text="Nothing fits exactly: these look like it.")
    groups = GroupSerializer(many=True)
