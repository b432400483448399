"""Programs and what they keep: people, rooms, services, groups, orders, absences."""
