"""What the station remembers: one encrypted file, an append-only log, an outbox and a roster."""
