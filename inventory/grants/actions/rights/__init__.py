"""Actions on drawing rights: formulas, releases, draws, pools, corrections."""
