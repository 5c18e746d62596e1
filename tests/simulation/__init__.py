"""A simulator: the invalidator's real steps over twins of AWS, one seeded scheduler choosing every interleaving."""
