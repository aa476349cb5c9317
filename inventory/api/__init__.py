"""The API of equipment: products, devices, ports, links. Read only."""
