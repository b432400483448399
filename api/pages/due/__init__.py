"""What is due: one list by date, each line with the click that settles it; and what to have at hand when calling a payer."""
