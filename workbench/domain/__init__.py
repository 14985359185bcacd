"""Values of the field, frozen and without I/O: plate, read, place, period, inquiry, person."""
