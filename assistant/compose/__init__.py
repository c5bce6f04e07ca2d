"""Evidence → what is said without a model: the sentences that answer, verbatim; or why there are none.

`choose.extract` tells how sentences are chosen, `said.said` how they become statements.
"""

from assistant.compose.candidates import Candidate
from assistant.compose.choose import extract
from assistant.compose.refuse import Covered, Refusal
from assistant.compose.said import Part, Said, said

__all__ = ["Candidate", "Covered", "Part", "Refusal", "Said", "extract", "said"]
