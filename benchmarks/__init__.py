"""Speed and quality, each figure printed by a command: `make bench`, and `make fit` for what is fitted."""
