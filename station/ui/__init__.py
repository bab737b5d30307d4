"""What people see and touch: theme, widgets, screens and the bridge to the services."""
