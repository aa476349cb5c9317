"""Tables of project calls, their forms and applications."""

from inventory.grants.models.calls import applications, awards, files, forms, published

__all__ = ["applications", "awards", "files", "forms", "published"]
