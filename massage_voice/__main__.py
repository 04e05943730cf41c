"""`python -m massage_voice`."""

from massage_voice.cli import main

main()
