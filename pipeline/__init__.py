"""How sources become a knowledge base: crawl, extract, passages, screening, coding, index."""
