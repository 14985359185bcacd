"""Reports: what there is, how it is gathered, and how a notebook becomes evidence."""
