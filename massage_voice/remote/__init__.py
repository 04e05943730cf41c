"""The desktop's media controls: what it shows of a session, and its buttons as session events."""
