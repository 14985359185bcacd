"""A made-up city: roads, cameras, traffic, people, pictures, and a robbery series to solve."""
