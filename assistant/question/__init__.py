"""What a question asks: its language, the kind of answer, and the constraints an answer must meet.

`understand` in `query.py` tells the story. What it reads: `kinds` the kind of answer, `relative` the periods, counted
from the newest report where they are not written out, `named` places, people and bodies, `sides` the sides of a
comparison, `follow_up` the turns before.
"""

from assistant.question.follow_up import leans_on_history
from assistant.question.kinds import Kind
from assistant.question.query import MAX_QUESTION, Query, clean_question, standalone, understand
from assistant.question.relative import Reading

__all__ = ["MAX_QUESTION", "Kind", "Query", "Reading", "clean_question", "leans_on_history", "standalone", "understand"]
