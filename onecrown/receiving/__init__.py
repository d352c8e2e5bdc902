"""From delivered bytes to judged records: landing key, expansion, parsing, staging, judging."""
