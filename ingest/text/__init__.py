"""What text says, in reports and questions alike: words, language, numbers, periods, places, people, bodies."""
