"""A day with hits: lists come in, cars pass, people look, confirm, tell and record."""
