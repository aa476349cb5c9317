"""Files that set a device up: one module per kind of system. Values in, bytes out."""
