"""Event source mappings: call the Lambda handlers as AWS Lambda does for SQS queues, schedules and S3."""
