"""How people sign in: what we add to django-allauth (ADR 016, 017)."""
