"""The sample sites of the demo."""
