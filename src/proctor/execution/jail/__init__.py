"""What runs inside the sandbox: the fork server and its children. Only the standard library is imported here."""
