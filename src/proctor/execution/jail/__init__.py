"""What runs inside the sandbox: the fork server and its children.

Only the standard library is imported here, and as little of it as can be: every page of memory that the server has
filled is copied into the page table of every child and torn down with it. So types are imported for the type checker
alone, and a module stands in for a function only where that function is called.
"""
