"""Access, one folder per part: strategy, people, network, loans, equity, privacy."""
