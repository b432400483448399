"""Delete a participant's data: `deletion` is the act, `traces` are the rows, `documents` the weeks' documents."""
