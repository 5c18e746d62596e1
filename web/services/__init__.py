"""What pages, API and command line all call. No HTTP in here, and no HTML."""
