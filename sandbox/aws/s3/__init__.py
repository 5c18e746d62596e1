"""The local S3: buckets' settings are moto's; objects, events, tags and notification configurations are ours."""
