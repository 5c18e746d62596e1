"""The demo's own pages: publish to a sample site, watch it turn fresh, switch faults."""
