"""The cross-encoder: one network that reads question and sentence, or claim and evidence, together."""

from assistant.cross_encoder.encoder import CrossEncoder, Reader, open_cross_encoder
from assistant.cross_encoder.inputs import Sentence

__all__ = ["CrossEncoder", "Reader", "Sentence", "open_cross_encoder"]
