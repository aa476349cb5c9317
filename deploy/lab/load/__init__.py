"""Write the demo Region into the database, by natural keys: a second time changes nothing."""
