"""The page at `/`: a Gradio app of tabs, drawn on the server, in the reader's language.

page        puts it together        chat_tab, library_tab    a tab each, with a .css and a module of words
tab         what a tab is           turns       a conversation, as messages and evidence
drawing     values → escaped HTML   words       the page's own words, in three languages
"""

import os

# Gradio reads this when it is imported; without it, it calls home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from assistant.page.page import mount_page
from assistant.page.session import reader_of

__all__ = ["mount_page", "reader_of"]
