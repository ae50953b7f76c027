"""Asking a language model: providers, spending and cache around the call, guards on its answer.

Below `api` and `tasks`, which both ask, above `store` (ledger, gates) and `pipelines` (prompts,
guards). Every failure ends as a cleanup that was skipped, with its reason; none is raised.
"""
