"""Tables of the strategy of a school and its states."""
