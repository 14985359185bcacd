"""Alerts: where they go, the outbox that they wait in, and the worker that sends them."""
