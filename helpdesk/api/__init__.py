"""The API of tickets. It writes through the same actions as the pages."""
