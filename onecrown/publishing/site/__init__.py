"""The site: values, gates and definitions as pages of plain HTML. Data in, text out."""
