"""The pages of people: the list, a person, who is who at a school, invitations, one's own data."""
