"""A report as people read it: in a terminal, and as a page that stands alone."""

from evals.report.page import as_html
from evals.report.terminal import as_text

__all__ = ["as_html", "as_text"]
