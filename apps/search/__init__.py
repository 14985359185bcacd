"""The Search page: reads by plate, place, camera, time and confidence."""
