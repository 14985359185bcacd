"""Made-up deliveries in each vendor's way of writing reads, so that all of them can be tried."""
