"""What the eyes see: captions, pictures, tables. Takes values, writes text."""
