"""Danchung beside plain LlamaIndex, LangChain, Haystack and txtai: one run, one machine, one embedding model."""
