"""How the plate network is trained, exported and measured: ``python -m tools.training.reader``."""
