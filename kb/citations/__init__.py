"""Citations: sets, formats and styles."""
