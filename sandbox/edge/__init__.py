"""The local edge: caches and forgets as CloudFront does. It is the judge: nothing is shared with the invalidator."""
