"""The HTTP API: one module a resource, and around them who may call and how much at a time.

app             puts it together
asking, search, documents, jobs, conversations, openai_chat, openai_models, health    the resources
guard, limits, observe, work    who may call; how large and how often; what is logged and counted; how much at once
problems        every error, as RFC 9457 problem JSON
"""

from assistant.api.app import build_api, refuse_the_rest
from assistant.api.limits import MAX_BODY

__all__ = ["MAX_BODY", "build_api", "refuse_the_rest"]
