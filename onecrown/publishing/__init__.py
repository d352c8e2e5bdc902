"""Published numbers: releases, gates, products and the pages that show them. Arithmetic and text only."""
