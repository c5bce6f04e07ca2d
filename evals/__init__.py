"""Case → answer → score → report. Uses `Assistant` as any user does."""
