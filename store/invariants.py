"""What must hold in the database, as SQL: each query finds the rows that break one promise.

The letters are those of docs/reliability.md. A query returns the offending ids as `id`, and may use
`:within` (seconds), `:max_attempts` and `:outbox_attempts`. All of them are read in one snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One promise that a query can break."""

    invariant: str  # A to G
    words: str  # what is wrong with a row that the query finds
    sql: str
    at_rest: bool = False  # holds only once everything has ended


CHECKS: tuple[Check, ...] = (
    Check(
        "A",
        "accepted, and not at an end in the time given",
        """SELECT d.id FROM documents d WHERE d.state IN ('queued', 'processing')
             AND d.queued_at < now() - make_interval(secs => :within)""",
    ),
    Check(
        "A",
        "still open, though everything should be at rest",
        "SELECT d.id FROM documents d WHERE d.state IN ('queued', 'processing')",
        at_rest=True,
    ),
    Check(
        "A",
        "stands still for good: the sweeper does not ask after it",
        """SELECT d.id FROM documents d WHERE d.redrive_at IS NULL AND (d.state = 'awaiting_upload'
             OR d.state IN ('queued', 'processing') AND d.stage IN ('split', 'aggregate'))
           UNION ALL
           SELECT d.id FROM documents d WHERE d.state IN ('queued', 'processing')
             AND d.stage = 'ended'
           UNION ALL
           SELECT d.id FROM documents d WHERE d.state = 'processing' AND d.stage = 'pages'
             AND NOT EXISTS (SELECT FROM sheaves s WHERE s.document_id = d.id
               AND s.generation = d.generation AND (s.state = 'waiting'
                 OR s.state = 'dispatched' AND s.redrive_at IS NOT NULL))""",
    ),
    Check(
        "A",
        "overdue for the sweeper: no sweep runs, or it does not get this far",
        """SELECT d.id FROM documents d WHERE d.redrive_at < now() - make_interval(secs => :within)
             AND (d.lease_until IS NULL OR d.lease_until < now())
             AND (d.state = 'awaiting_upload' OR d.state IN ('queued', 'processing')
               AND d.stage IN ('split', 'aggregate'))
           UNION ALL
           SELECT DISTINCT d.id FROM documents d JOIN sheaves s ON s.document_id = d.id
             AND s.generation = d.generation WHERE d.state = 'processing'
             AND s.state = 'dispatched'
             AND s.redrive_at < now() - make_interval(secs => :within)""",
    ),
    Check(
        "B",
        "has ended, but not with the one ending that was told of its generation",
        """SELECT d.id FROM documents d LEFT JOIN endings e
             ON e.document_id = d.id AND e.generation = d.generation
           WHERE d.state IN ('completed', 'partial', 'failed', 'cancelled')
             AND e.state IS DISTINCT FROM d.state""",
    ),
    Check(
        "B",
        "an end was told of a document that goes on",
        """SELECT d.id FROM documents d JOIN endings e
             ON e.document_id = d.id AND e.generation >= d.generation
           WHERE d.state IN ('awaiting_upload', 'queued', 'processing')
              OR d.state <> 'deleted' AND e.generation > d.generation""",
    ),
    Check(
        "B",
        "an earlier generation has no ending",
        """SELECT d.id FROM documents d WHERE d.generation > 1 AND d.generation - 1 <>
             (SELECT count(*) FROM endings e
              WHERE e.document_id = d.id AND e.generation < d.generation)""",
    ),
    Check(
        "B",
        "the outbox tells its end twice, or another end than the row",
        """SELECT o.document_id AS id FROM (
             SELECT (payload->>'document_id')::uuid AS document_id,
                    (payload->>'generation')::int AS generation,
                    count(*) AS told, min(topic) AS topic
             FROM outbox WHERE topic IN ('document.completed', 'document.partial',
               'document.failed', 'document.cancelled')
             GROUP BY 1, 2) o
           LEFT JOIN documents d ON d.id = o.document_id
           LEFT JOIN endings e ON e.document_id = o.document_id AND e.generation = o.generation
           WHERE o.told > 1
              OR d.id IS NOT NULL AND 'document.' || e.state IS DISTINCT FROM o.topic""",
    ),
    Check(
        # Of the last day only, and of what cleanup cannot have reached: it leaves what is being
        # published while it runs, and may leave nothing.
        "B",
        "its end was never written to the outbox",
        """SELECT e.document_id AS id FROM endings e
           WHERE e.ended_at > now() - interval '1 day'
             AND e.ended_at > coalesce(
               (SELECT min(published_at) + make_interval(secs => :within) FROM outbox), 'infinity')
             AND NOT EXISTS (SELECT FROM outbox o WHERE o.key =
               concat_ws(':', 'document.' || e.state, e.document_id, e.generation))""",
    ),
    Check(
        "C",
        "does not have each of its pages exactly once",
        """SELECT d.id FROM documents d LEFT JOIN pages p ON p.document_id = d.id
           GROUP BY d.id HAVING count(p.number) <> coalesce(d.page_count, 0)
             OR d.options->>'pages' IS NULL AND max(p.number) > d.page_count
             OR min(p.number) < 1 OR d.page_count = 0""",
    ),
    Check(
        "C",
        "its counters are not the numbers of its pages",
        """SELECT d.id FROM documents d LEFT JOIN pages p ON p.document_id = d.id
           GROUP BY d.id HAVING d.pages_done <> count(*) FILTER (WHERE p.state = 'done')
             OR d.pages_failed <> count(*) FILTER (WHERE p.state = 'failed')""",
    ),
    Check(
        "C",
        "its state is not what its pages became",
        """SELECT d.id FROM documents d WHERE
             d.state = 'completed' AND (d.pages_done <> d.page_count OR d.page_count IS NULL)
             OR d.state = 'partial' AND (d.pages_done = 0 OR d.pages_failed = 0
               OR d.pages_done + d.pages_failed <> d.page_count)
             OR d.state = 'failed' AND d.reason IS NULL
               AND (d.pages_failed <> d.page_count OR d.page_count IS NULL)
             OR d.state IN ('queued', 'processing') AND (d.stage = 'pages') <>
               (d.stage <> 'split' AND d.pages_done + d.pages_failed < d.page_count)
             OR d.state = 'queued' AND d.stage <> 'split'
             OR d.stage = 'split' AND d.state IN ('queued', 'processing')
               AND d.page_count IS NOT NULL""",
    ),
    Check(
        "C",
        "a page is of no sheaf of its generation, or waits in an old generation",
        """SELECT p.document_id || ' page ' || p.number AS id FROM pages p
           JOIN documents d ON d.id = p.document_id
           LEFT JOIN sheaves s ON s.document_id = p.document_id
             AND s.generation = p.generation AND s.number = p.sheaf
           WHERE s.document_id IS NULL OR NOT p.number = ANY (s.pages)
             OR p.generation > d.generation
             OR p.state NOT IN ('done', 'failed') AND p.generation <> d.generation""",
    ),
    Check(
        "C",
        "a sheaf names a page twice, out of order, or one that is not its own",
        """SELECT s.document_id || ' sheaf ' || s.generation || '.' || s.number AS id
           FROM sheaves s JOIN documents d ON d.id = s.document_id
           WHERE s.pages <> ARRAY(SELECT DISTINCT n FROM unnest(s.pages) n ORDER BY n)
              OR s.generation = d.generation AND s.pages <> ARRAY(SELECT p.number FROM pages p
                WHERE p.document_id = s.document_id AND p.generation = s.generation
                  AND p.sheaf = s.number ORDER BY p.number)
              OR EXISTS (SELECT FROM sheaves later WHERE later.document_id = s.document_id
                AND later.generation = s.generation AND later.number = s.number + 1
                AND later.pages[1] <= s.pages[cardinality(s.pages)])""",
    ),
    Check(
        "C",
        "a sheaf's count of pages left is wrong, or its state does not follow from it",
        """SELECT s.document_id || ' sheaf ' || s.generation || '.' || s.number AS id
           FROM sheaves s JOIN documents d ON d.id = s.document_id
           CROSS JOIN LATERAL (SELECT count(*) AS left_over FROM pages p
             WHERE p.document_id = s.document_id AND p.generation = s.generation
               AND p.sheaf = s.number AND p.state NOT IN ('done', 'failed')) c
           WHERE s.generation = d.generation AND (s.pages_left <> c.left_over
               OR d.state = 'processing' AND (s.state = 'done') <> (s.pages_left = 0))
             OR s.state <> 'done' AND (s.generation <> d.generation OR d.state <> 'processing')""",
    ),
    Check(
        "C",
        "a page is done without its text, or failed without a reason",
        """SELECT p.document_id || ' page ' || p.number AS id FROM pages p
           LEFT JOIN page_texts t USING (document_id, number)
           WHERE p.state = 'done' AND t.clean IS NULL
              OR p.state = 'recognized' AND t.raw IS NULL
              OR p.state = 'failed' AND p.reason IS NULL""",
    ),
    Check(
        "C",
        "a page's text is kept beside itself, or is of a version that nobody asked for",
        """SELECT p.document_id || ' page ' || p.number AS id FROM pages p
           LEFT JOIN page_texts t USING (document_id, number)
           LEFT JOIN page_versions v USING (document_id, number)
           WHERE t.version > p.version OR v.version > p.version
              OR t.version = v.version AND v.version IS DISTINCT FROM p.keeps
              OR v.version IS NOT NULL AND t.version IS NULL""",
    ),
    Check(
        "C",
        "a page that is read again has no text to fall back to, or one that is not would fall back",
        """SELECT p.document_id || ' page ' || p.number AS id FROM pages p
           LEFT JOIN page_versions v ON v.document_id = p.document_id AND v.number = p.number
             AND v.version = p.keeps
           WHERE p.keeps IS NOT NULL AND (p.state IN ('done', 'failed')
             OR v.version IS NULL)""",
    ),
    Check(
        "C",
        "a page's text could be taken for a page of another tenant",
        """SELECT t.document_id || ' page ' || t.number AS id FROM page_texts t WHERE
             t.source_key IN (SELECT o.source_key FROM page_texts o
               JOIN documents d ON d.id = o.document_id WHERE o.source_key IS NOT NULL
               GROUP BY 1 HAVING count(DISTINCT d.tenant) > 1)
             OR t.raster_key IN (SELECT o.raster_key FROM page_texts o
               JOIN documents d ON d.id = o.document_id WHERE o.raster_key IS NOT NULL
               GROUP BY 1 HAVING count(DISTINCT d.tenant) > 1)""",
    ),
    Check(
        "C",
        "a page that was read worse than it can be could be taken for another",
        """SELECT t.document_id || ' page ' || t.number AS id FROM page_texts t
           WHERE (t.source_key IS NOT NULL OR t.raster_key IS NOT NULL)
             AND EXISTS (SELECT FROM unnest(t.flags) flag WHERE flag = 'resolution_lowered'
               OR flag LIKE 'language_missing:%' OR flag LIKE 'language_damaged:%')""",
    ),
    Check(
        "D",
        "a page's text was not written by the claim that brought the page where it is",
        """SELECT p.document_id || ' page ' || p.number AS id FROM pages p
           JOIN page_texts t USING (document_id, number)
           WHERE CASE p.state WHEN 'done' THEN t.fence <> p.fence
                              WHEN 'recognized' THEN t.fence > p.fence
                              ELSE t.fence >= p.fence END
              OR t.fence < 1""",
    ),
    Check(
        "D",
        "has ended, and somebody still holds it",
        """SELECT p.document_id || ' page ' || p.number AS id FROM pages p
           WHERE p.state IN ('done', 'failed') AND p.lease_until IS NOT NULL
           UNION ALL
           SELECT d.id::text FROM documents d WHERE d.lease_until IS NOT NULL
             AND d.state NOT IN ('queued', 'processing', 'deleted')""",
    ),
    Check(
        "D",
        "is being worked on without a claim",
        """SELECT p.document_id || ' page ' || p.number AS id FROM pages p
           WHERE p.attempt > p.fence OR p.state IN ('running', 'recognized') AND p.fence = 0
           UNION ALL
           SELECT d.id::text FROM documents d WHERE d.attempt > d.fence""",
    ),
    Check(
        "E",
        "was tried more often than allowed",
        """SELECT p.document_id || ' page ' || p.number AS id FROM pages p
           JOIN documents d ON d.id = p.document_id
           WHERE p.attempt > :max_attempts AND d.state = 'processing'
           UNION ALL
           SELECT d.id::text FROM documents d WHERE d.attempt > :max_attempts
             AND d.state IN ('queued', 'processing')
           UNION ALL
           SELECT 'outbox ' || o.id FROM outbox o WHERE o.published_at IS NULL
             AND (o.attempts > :outbox_attempts
               OR o.attempts = :outbox_attempts AND o.dead_at IS NULL)""",
    ),
    Check(
        "F",
        "was accepted without a file whose checksum is known, or with another document's file",
        """SELECT d.id FROM documents d
           WHERE d.state IN ('queued', 'processing', 'completed', 'partial')
             AND (d.sha256 IS NULL
               OR d.object_key <> d.tenant || '/' || d.id || '/source')""",
    ),
    Check(
        "F",
        "was deleted, and its rows still stand",
        "SELECT d.id FROM documents d WHERE d.state = 'deleted'",
        at_rest=True,
    ),
    Check(
        "F",
        "was deleted long ago, and its rows still stand",
        """SELECT d.id FROM documents d WHERE d.state = 'deleted'
             AND d.deleted_at < now() - make_interval(secs => :within)""",
    ),
    Check(
        "G",
        "was given up by the relays: see `octavo outbox list`",
        "SELECT 'outbox ' || o.id AS id FROM outbox o WHERE o.dead_at IS NOT NULL",
    ),
    Check(
        "G",
        "was not published in the time given",
        """SELECT 'outbox ' || o.id AS id FROM outbox o
           WHERE o.published_at IS NULL AND o.dead_at IS NULL
             AND o.created_at < now() - make_interval(secs => :within)""",
    ),
    Check(
        "G",
        "is not published, though everything should be at rest",
        """SELECT 'outbox ' || o.id AS id FROM outbox o
           WHERE o.published_at IS NULL AND o.dead_at IS NULL""",
        at_rest=True,
    ),
)
