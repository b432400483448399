"""Answer what happens in a published week: whom it concerns, and the rosters that lose the least care and change the fewest people."""
