"""Standing shares: what stays switched on, reviewed, and compared with the vendor's list."""
