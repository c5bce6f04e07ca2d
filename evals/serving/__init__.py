"""Evaluation beside a running server: runs in a process of their own, over HTTP and on the page.

runs        what runs, one at a time, and what is kept of it        child       the process a run has to itself
resource    /v1/evaluations                                         tab, words  the page's tab
"""
