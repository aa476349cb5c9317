"""Pure judgements of the strategy of a school and its states."""
