"""A fictitious but realistic Region of any size, written as the sources would and then imported."""
