"""The one door between Postgres and the broker: event contracts, record, relay, routes, cleanup.

A state change and the event that tells of it are written in one transaction (`record`). The relay
carries committed events to whoever subscribed (`routes`), at least once; subscribers make twice
equal once by claiming what they work on.
"""
