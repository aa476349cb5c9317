"""Every pupil connected (M40): strategies, personal devices, network access, loans."""
