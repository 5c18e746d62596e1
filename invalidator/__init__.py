"""The invalidator: one Lambda, S3 events in, the fewest CloudFront invalidations that leave nothing stale out."""
