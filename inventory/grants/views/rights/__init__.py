"""Pages of drawing rights: a school's own, the Region's, programmes, corrections, pools."""
