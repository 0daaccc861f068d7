"""A store in PostgreSQL with the extension pgvector: transactions, SQL filters, and many processes at once.

Values reach the server as parameters, never inside the text of a statement. The vectors stand in an HNSW
graph (Malkov and Yashunin 2016), so search is approximate. A graph is searched first and filtered
afterwards: pgvector 0.8 goes on searching until k rows pass the filter (`hnsw.iterative_scan`), here through
the whole graph if need be, as long as its list of visited rows fits into 256 times the server's `work_mem`
(1 GB by default, of which a scan takes what it needs). Older ones come back with fewer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from course_lib.arguments import whole_number
from course_lib.corpus.chunking import Chunk
from course_lib.errors import RetrievalError
from course_lib.retrieval.filters import Filter
from course_lib.retrieval.stores.connection import address, connect
from course_lib.retrieval.stores.types import (
    as_list,
    check_chunks,
    check_filter,
    check_place,
    check_same_dimension,
    check_search,
    ranked,
    require_package,
)
from course_lib.retrieval.types import Hit

# The key is a UUID made from the chunk's id, and texts are indexed by their hash, as a B-tree holds no text
# above 2,704 bytes. With these a filter that accepts few rows is answered without the graph, and so
# exactly.
SCHEMA = (
    "CREATE EXTENSION IF NOT EXISTS vector",
    """CREATE TABLE {table} (
        key uuid PRIMARY KEY,
        document_id text NOT NULL,
        edition text NOT NULL,
        domain text NOT NULL,
        effective date,
        chunk jsonb NOT NULL,
        embedding vector({dimension}) NOT NULL
    )""",
    "CREATE INDEX {by_document} ON {table} USING hash (document_id)",
    "CREATE INDEX {by_edition} ON {table} USING hash (edition)",
    "CREATE INDEX {by_domain} ON {table} USING hash (domain)",
    "CREATE INDEX {by_effective} ON {table} (effective)",
    "CREATE INDEX {by_vector} ON {table} USING hnsw (embedding vector_ip_ops)",
)
UPSERT = """INSERT INTO {table} (key, document_id, edition, domain, effective, chunk, embedding)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET document_id = EXCLUDED.document_id, edition = EXCLUDED.edition,
        domain = EXCLUDED.domain, effective = EXCLUDED.effective, chunk = EXCLUDED.chunk,
        embedding = EXCLUDED.embedding"""
SEARCH = """SELECT chunk, -(embedding <#> %(vector)s) FROM {table} {where}
    ORDER BY embedding <#> %(vector)s LIMIT %(k)s"""
CONDITIONS = {
    "editions": "edition = ANY(%(editions)s)",
    "domains": "domain = ANY(%(domains)s)",
    "since": "effective >= %(since)s::date",
    "until": "effective <= %(until)s::date",
}
COLUMNS = {"key", "document_id", "edition", "domain", "effective", "chunk", "embedding"}
WIDEST = 2000  # numbers in a vector that pgvector's HNSW graph takes
SETTINGS = {
    "hnsw.ef_search": "100",  # at least; pgvector's own default is 40
    "hnsw.iterative_scan": "relaxed_order",
    # By default a search gives up after 20,000 rows, or when its list fills work_mem: then a filter that few
    # rows pass, in a table larger than that, would cost hits.
    "hnsw.max_scan_tuples": "2147483647",
    "hnsw.scan_mem_multiplier": "256",
}
MANY = 1000  # so many new rows, and the planner should know at once how many a filter accepts


class PgVectorStore:
    """Chunks in a table of a PostgreSQL server that has pgvector 0.8 or newer."""

    def __init__(self, url: str, dimension: int, table: str = "chunks"):
        """Connect to postgresql://user:password@host:port/database and make the table if it is not there.

        Raises RetrievalError if nobody answers, for a server without pgvector, for a dimension that is out
        of range, for a table of another dimension or of somebody else's, and for a name that cannot be one.
        Lesson 03.
        """
        dimension = whole_number(
            dimension,
            "dimension",
            most=WIDEST,
            why="which is what pgvector can index",
            next_step="take an embedder with shorter vectors, or another store",
            error=RetrievalError,
        )
        check_place(url, dimension)
        if "%" in table or not 0 < len(table.encode("utf-8")) <= 50:  # PostgreSQL cuts names off at 63 bytes
            raise RetrievalError(f"A table cannot be called {table!r}.", allowed="1 to 50 bytes without %")
        for package in ("psycopg", "pgvector"):
            require_package(package)
        import psycopg
        from pgvector.psycopg import register_vector
        from psycopg import sql

        indexed = ("document", "edition", "domain", "effective", "vector")
        self._names = {f"by_{each}": sql.Identifier(f"{table}_{each}") for each in indexed}
        self._names |= {"table": sql.Identifier(table), "dimension": sql.Literal(dimension)}
        self.dimension = dimension
        self._connection = connect(url)
        self._quoted = self._names["table"].as_string(self._connection)
        try:
            self._make_table(table)
        except psycopg.errors.FeatureNotSupported as error:
            self.close()
            raise RetrievalError(
                f"The server at {address(url)} has no pgvector: {error.diag.message_primary}",
                next_step="install the extension pgvector 0.8 or newer on that server",
            ) from None
        place = f"{address(url)}, table {table}"
        stored = self._stored_dimension(place)
        self._require_iterative_scan(url)
        register_vector(self._connection)
        if stored != dimension:
            self.close()
        check_same_dimension(place, stored, dimension)
        for setting in SETTINGS.items():
            self._execute("SELECT set_config(%s, %s, false)", setting)

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Keep chunks and their vectors in one transaction: all of them or none; see VectorStore.add."""
        from psycopg.types.json import Jsonb

        chunks, vectors = check_chunks(chunks, vectors, self.dimension)
        rows = [
            (
                uuid5(NAMESPACE_URL, chunk.id),
                *(chunk.document_id, chunk.edition, chunk.domain, chunk.effective or None),
                *(Jsonb(asdict(chunk)), vector),
            )
            for chunk, vector in zip(chunks, vectors, strict=True)
        ]
        rows.sort(key=lambda row: row[0])  # two processes that change the same rows wait in the same order
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(self._composed(UPSERT), rows)
        if len(rows) >= MANY:
            self._execute("ANALYZE {table}")

    def delete(self, document_ids: str | Iterable[str]) -> int:
        """Take out all chunks of one or more documents, and return how many there were."""
        statement = "DELETE FROM {table} WHERE document_id = ANY(%s)"
        return self._execute(statement, [as_list(document_ids)]).rowcount

    def search(self, vectors: np.ndarray, k: int, where: Filter | None = None) -> list[list[Hit]]:
        """The k nearest chunks for each vector, found by the server; see VectorStore.search."""
        queries, k = check_search(vectors, k, where, self.dimension)
        found = []
        for query in queries:
            values = {"vector": query, "k": k, **_values(where)}
            rows = self._execute(SEARCH, values, where).fetchall()
            rows.sort(key=lambda row: -row[1])  # "relaxed" order finds more, and is only nearly an order
            found.append(ranked((Chunk(**chunk), score) for chunk, score in rows))
        return found

    def count(self, where: Filter | None = None) -> int:
        """How many chunks there are, or how many of them the filter accepts."""
        check_filter(where)
        return self._execute("SELECT count(*) FROM {table} {where}", _values(where), where).fetchone()[0]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _make_table(self, name: str) -> None:
        with self._connection.transaction():
            # Of two processes that start at once, one waits here; and then finds the other's table.
            self._execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
            if self._execute("SELECT to_regclass(%s)", [self._quoted]).fetchone()[0] is None:
                for statement in SCHEMA:
                    self._execute(statement)

    def _stored_dimension(self, place: str) -> int:
        query = """SELECT attname, typname, atttypmod FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
            WHERE attrelid = %s::regclass"""
        columns = {name: rest for name, *rest in self._execute(query, [self._quoted])}
        kind, dimension = columns.get("embedding", ("", -1))
        if COLUMNS - set(columns) or kind != "vector":
            self.close()
            raise RetrievalError(
                f"This store did not make what is in {place}: it lacks columns, or the type vector.",
                allowed=f"a table with {', '.join(sorted(COLUMNS))}",
                next_step="give another name, as in PgVectorStore(url, dimension, table=...)",
            )
        return dimension

    def _require_iterative_scan(self, url: str) -> None:
        """An older pgvector takes the setting for one of somebody else's, and loses hits without a word."""
        query = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
        version = self._execute(query).fetchone()[0]
        if tuple(map(int, version.split("."))) < (0, 8):
            self.close()
            raise RetrievalError(
                f"The server at {address(url)} has pgvector {version}.",
                allowed="0.8 or newer, which goes on searching when a filter turns rows away",
                next_step="install it there, then ALTER EXTENSION vector UPDATE",
            )

    def _execute(self, statement: str, values=None, where: Filter | None = None):
        return self._connection.execute(self._composed(statement, where), values)

    def _composed(self, statement: str, where: Filter | None = None):
        """A statement of this file with the names of the table and the conditions that a filter sets."""
        from psycopg import sql

        conditions = [sql.SQL(CONDITIONS[name]) for name in _values(where)]
        clause = sql.SQL("WHERE ") + sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("")
        return sql.SQL(statement).format(**self._names, where=clause)


def _values(where: Filter | None) -> dict:
    """The conditions that a filter sets, by name."""
    if where is None:
        return {}
    conditions = {
        "editions": list(where.editions) or None,
        "domains": list(where.domains) or None,
        "since": where.since,
        "until": where.until,
    }
    return {name: value for name, value in conditions.items() if value is not None}
