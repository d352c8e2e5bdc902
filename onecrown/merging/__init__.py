"""From judged records to tables: books, what is current, what a batch touches, and the rows that follow."""
