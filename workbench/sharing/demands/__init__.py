"""Lawful demands of courts and of the defence, and what is disclosed on them."""
