"""What the station talks about: people, documents, fingers, facts. No input or output."""
