"""One module a command group. A module is imported only when its command is called."""
