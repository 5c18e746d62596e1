"""A strict CloudFront: refuses what the real one refuses, in its words."""
