"""Evidence packages: reads with everything about them, on a medium that can be booked."""
