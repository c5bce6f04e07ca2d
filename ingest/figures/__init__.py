"""The figures of a report, taken from its text by rule: value, unit, what is counted, period, place and quote.

take         the story: passages → figures          setting      period and place of a figure
exclusions   numbers that are no figures            counted      what it counts, as the text has it
measures     the key by which figures are compared  values       what a figure is
conflicts    sources that differ over one figure
"""
