"""`make prove`: what the program is put through, and what it lost by it: one module a family of faults."""
