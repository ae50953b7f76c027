"""How long `octavo verify` takes on a large archive.

`python -m bench.verify [--documents 100000] [--pages 10]` fills a PostgreSQL of its own with
documents that have ended well, and runs every check on them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, text

from octavo.local.stack import Stack
from store import migrate, verify

BOUNDS = verify.Bounds(within=3600, max_attempts=3, outbox_attempts=12)
FILLING = (
    """INSERT INTO documents (id, tenant, state, stage, generation, filename, media_type,
         size_bytes, sha256, object_key, options, page_count, pages_done, pages_failed, attempt,
         drives, fence, trace, queued_at)
       SELECT id, 'bench', 'completed', 'ended', 1, 'scan.pdf', 'application/pdf', 1, 'x',
         'bench/' || id || '/source', '{}', :pages, :pages, 0, 0, 0, 2, '{}', now()
       FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, :documents)) made""",
    """INSERT INTO sheaves (document_id, generation, number, tenant, state, pages, pages_left,
         drives)
       SELECT id, 1, 0, tenant, 'done', ARRAY(SELECT generate_series(1, :pages)), 0, 1
       FROM documents""",
    """INSERT INTO pages (document_id, number, generation, sheaf, state, attempt, fence, source)
       SELECT id, n, 1, 0, 'done', 0, 2, '{}' FROM documents, generate_series(1, :pages) n""",
    """INSERT INTO page_texts (document_id, number, raw, clean, words, width, height, dpi, engine,
         languages, flags, blocks, turn, fence)
       SELECT id, n, 'raw', 'clean', '[]', 1, 1, 72, 'bench', '{}', '{}', '[]', 0, 2
       FROM documents, generate_series(1, :pages) n""",
    """INSERT INTO endings (document_id, generation, state)
       SELECT id, 1, 'completed' FROM documents""",
    """INSERT INTO outbox (topic, version, key, payload, trace, published_at)
       SELECT 'document.completed', 1, concat_ws(':', 'document.completed', id, 1),
         jsonb_build_object('document_id', id, 'generation', 1), '{}', now() FROM documents""",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=10, help="of each")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name, Stack(Path(name)) as stack:
        stack.start_services()
        stack.wait_services(["postgres"])
        engine = create_engine(stack.environment["OCTAVO_DATABASE_URL"])
        migrate.upgrade(engine)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            for statement in FILLING:
                filling = text(statement)
                names = filling.compile().params
                connection.execute(filling, {each: getattr(chosen, each) for each in names})
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        began = time.monotonic()
        broken = verify.run(engine, BOUNDS, at_rest=True)
        seconds = time.monotonic() - began
        engine.dispose()
    print(
        f"{chosen.documents} documents of {chosen.pages} pages: every check in {seconds:.1f} s,"
        f" {len(broken)} broken"
    )
    for each in broken:
        print(f"  {each.invariant}: {each.words}: {each.ids[:3]}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
