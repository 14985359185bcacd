"""What the checkout needs and the package does not: generated pages and notebook rules."""
