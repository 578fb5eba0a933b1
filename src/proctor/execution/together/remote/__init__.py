"""What is sent to the service as source text. Only the standard library is imported, and ``jail``, which goes along."""
