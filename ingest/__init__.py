"""Files → documents → passages → the library. Knows nothing of questions, models or the web."""
