"""`python -m onecrown.cli`."""

from onecrown.cli.app import main

main()
