"""AWS at the rim: clients, and adapters that speak the design's words and raise our errors."""
