"""Equipment and its care: cameras, cars, shifts, inspections, faults."""
