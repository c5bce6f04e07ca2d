"""How a library lies on the disk: the catalog, the two indexes that serve it, and who owns the directory."""
