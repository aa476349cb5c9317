"""Files that schools and operators send."""
