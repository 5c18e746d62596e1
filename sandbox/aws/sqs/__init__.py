"""The local SQS: protocol, attributes and their rules are moto's; the messages of a queue are ours."""
