"""From a read to the entries it may be of, each with how likely that is."""
