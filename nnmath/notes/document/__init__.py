"""What stands in a file of notes: its displays, its macros, its parts, its annotations, and mathematics in its text."""
