"""The only place that knows netmiko: how the command line of a device is read and written."""
