"""The pages: one router a page; each route is one call of a service and one template."""
