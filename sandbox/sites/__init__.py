"""The sample sites of the demo: what they consist of, how they are set up, and what can be published to them."""
