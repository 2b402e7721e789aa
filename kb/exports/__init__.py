"""What leaves the knowledge base as files: pictures, pages and tables."""
