"""report.html: everything about a run on one page that needs no network."""
