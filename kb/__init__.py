"""The knowledge base: the record, the derived state, search, coding, maps and citations."""
