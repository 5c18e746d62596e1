"""Benchmarks: `python -m bench`. They print figures; they assert nothing."""
