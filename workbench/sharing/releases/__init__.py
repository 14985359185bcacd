"""Requests for release: written, reviewed, approved, fulfilled, filed (Policy 426.9)."""
