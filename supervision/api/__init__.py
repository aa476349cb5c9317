"""The API of supervision: targets (never their secret), checks, incidents, samples."""
