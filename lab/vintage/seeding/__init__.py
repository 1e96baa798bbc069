"""What the vintage cloud is filled with, and how."""
