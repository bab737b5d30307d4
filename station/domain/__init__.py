"""What the station talks about: people, documents, fingers, facts and decisions. No input or output."""
