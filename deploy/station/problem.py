"""The one error of the station: it is shown as one line, without a traceback."""


class StationError(Exception):
    """Something the person at the keyboard can mend; the text says what and how."""
