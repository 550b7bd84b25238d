"""The composition root, background jobs and the HTTP server. Only this package imports plug-ins."""
