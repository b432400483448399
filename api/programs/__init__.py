"""Programs and their entities: people, rooms, services, groups, orders, absences."""
