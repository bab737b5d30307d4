"""Device drivers: what the station touches, sees, reads and prints with.

Imports neither the matcher, the synchronisation, the station nor Qt.
"""
