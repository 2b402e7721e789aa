"""Parts that pages are put together from; each draws one thing and owns no data."""
