"""What the model promises, as little text tables that an analyst can read."""

import pytest

pytest.register_assert_rewrite(f"{__name__}.mapped")
