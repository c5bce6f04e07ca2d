"""Golden sets from one's own documents."""
