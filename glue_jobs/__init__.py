"""The jobs: each reads its arguments, opens the environment, calls one flow."""
