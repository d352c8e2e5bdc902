"""Charts as inline SVG, in two widths, with a description in words."""
