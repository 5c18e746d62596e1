"""Decisions as pure functions: no AWS, no settings, no clock of their own."""
