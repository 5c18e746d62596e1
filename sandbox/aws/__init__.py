"""The local AWS: moto, and what it lacks or does otherwise, one place per service."""
