"""Views of the grants, one file or folder per part: rights, calls, review, orders, returns."""
