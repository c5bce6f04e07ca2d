"""Evidence → drafted statements with a language model: any OpenAI-compatible endpoint.

What comes back is a draft. Nothing of it is shown before `grounding.check` has passed it.

`Model` in `model.py` is what is asked; `drafting` tells the story of an answer, `exchange` how an endpoint is asked
and asked again. Beneath: `packing` what the model is given, `markup` what keeps its marks apart from a document's,
`line` the connection and its time limit, `reply` bytes to text, `statements` text to statements, `failures` what went
wrong and what to do, `usage` what it took, `rewriting` follow-ups.
"""

from assistant.model.drafting import Draft, Drafting
from assistant.model.model import Model
from assistant.model.packing import passage_key

__all__ = ["Draft", "Drafting", "Model", "passage_key"]
