"""The Panel pages, one folder a page: state, view, entry."""
