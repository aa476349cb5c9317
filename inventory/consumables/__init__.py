"""What the doors of consumables read: lines of stores, what to order, use month by month."""
