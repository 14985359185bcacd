"""Benchmarks: each `run` measures ours beside hand-written work in one run, returns figures."""
