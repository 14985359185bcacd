"""Training of the network that finds plates: data, made-up plates, network, export, measuring."""
