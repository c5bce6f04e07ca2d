"""`python -m assistant.api`: print the OpenAPI document, as `make openapi` commits it."""

from __future__ import annotations

import json
import sys
from unittest.mock import MagicMock

from assistant.api.app import build_api

if __name__ == "__main__":
    json.dump(build_api(MagicMock()).openapi(), sys.stdout, ensure_ascii=False, indent=1)
    print()
