"""Training of the cross-encoder (`assistant/cross_encoder`). Needs torch, which Danchung itself does not."""
