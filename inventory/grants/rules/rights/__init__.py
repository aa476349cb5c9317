"""Drawing rights in plain values: formulas, amounts, shares. No queries, no clock."""
