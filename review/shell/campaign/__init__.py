"""`akses review campaign`: the reviews of access, read and decided from a shell."""
