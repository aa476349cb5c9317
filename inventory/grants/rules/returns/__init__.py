"""Resources given back, in plain values: licences, due days, metadata, the harvest protocol."""
