"""The week board: by room, by clinician, by participant, drawn to scale."""
