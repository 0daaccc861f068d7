"""The documents and questions of the company, read from disk and cut into chunks."""
