"""Tables of project calls, their forms and applications."""
