"""What leaves on paper: sheets of labels, the report of a stock-taking, a declaration."""
