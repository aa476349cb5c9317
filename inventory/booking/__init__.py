"""What the doors of booking read: slots, weeks, what is free, what is broken, calendars."""
