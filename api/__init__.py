"""HTTP in and out: a blueprint a noun, every error a problem, every schema in the OpenAPI document.

A view reads the request, calls `store` inside one transaction, records the moves through
`outbox.record` in the same one, and answers. It holds no SQL and runs no stage of the pipeline.
"""
