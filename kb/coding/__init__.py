"""People's codings; agreement and the queue come with the coding room."""
