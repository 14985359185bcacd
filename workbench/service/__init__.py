"""The HTTP service: sign-in, inquiries, searches and pictures; rows leave as Arrow."""
