"""The dashboard: pages and API in which people link buckets, invalidate by hand and see what happened."""
