"""Schema migrations of the record. Owns the schema's history; `HEAD` is its newest revision."""

HEAD = "0002"
