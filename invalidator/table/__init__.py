"""What lasts, in one DynamoDB table: one kind of item a module."""
