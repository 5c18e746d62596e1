"""The local SQS: protocol, attributes and their rules are moto's; the messages in a queue are ours, safe across threads."""
