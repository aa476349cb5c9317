"""Telling programs what happened: the signature, the allowed addresses, the request."""
