"""What several pages show: the frame around them, tables of rows, messages, details of a read."""
