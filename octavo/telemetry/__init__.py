"""What a running process says of itself: traces, logs, metrics.

Every process calls, in this order and after its last fork: `logs.configure`, `tracing.setup`,
the `instrument` functions it needs; and `tracing.shutdown` at its end.
"""
