"""Cursor pages: page 900 costs what page 1 costs, and rows that arrive meanwhile shift nothing."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """100 rows, at most 500 with ``?page_size=``; newest or lowest key first unless told."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "page_size"
    ordering = "id"
