"""How well and how fast engines read plates: the same pictures, in turn."""
