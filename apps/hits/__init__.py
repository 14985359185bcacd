"""The Hits page: hits as they come, each with its read, its entry, and what can be done now."""
