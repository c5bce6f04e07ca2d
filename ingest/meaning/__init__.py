"""What a text says, read once: the figures it gives with what each counts and of which period, what it denies, and the
words of the field behind both. Whoever takes figures from a report or checks a statement against one reads by it.

reading     a text: words, clauses, denials        figures     numbers with what they count
lexicon     the tables' forms in a row of words    times       the periods named, and how
nouns, contrasts    the tables                     scope       what a sentence reports on
"""
