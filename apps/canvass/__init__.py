"""The Canvass page: who passed a scene around an event."""
