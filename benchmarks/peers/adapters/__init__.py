"""One module a peer, which runs in that peer's own environment. Of Danchung only the embedding engine is imported
there, so that all compare with the same vectors at the same cost."""
