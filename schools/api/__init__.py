"""The API of places and people, and what every other API of the house stands on.

``viewsets`` scopes, ``filtering`` filters, ``paging`` pages, ``problems`` words the refusals,
``tokens`` lets programs in.
"""
