"""The AWS that freshedge needs, on a laptop: S3, SQS, DynamoDB, a strict CloudFront and an edge that caches."""
