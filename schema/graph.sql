-- The artifact graph: an index over the ledger (proofs.jsonl) and the objects that its rows name.
-- Nothing here is the only copy of anything; removing the file loses nothing.
--
-- Tables first, which may change from one version to the next (the file is made again then), then
-- the views, which are what `zigttp query` is for and keep their columns.

-- How far the ledger has been read. One row.
CREATE TABLE ledger_state (
  id INTEGER PRIMARY KEY CHECK (id = 0),
  -- The file as it was then. Numbers of 64 bits without sign, kept as the same bits with sign.
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,         -- nanoseconds since 1970
  -- After the last whole line: bytes, lines, and the right edge of the RFC 6962 tree over them.
  position INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  frontier BLOB NOT NULL,
  last_offset INTEGER,
  last_leaf BLOB,
  -- Bytes of a last line that has no newline.
  tail INTEGER NOT NULL,
  -- The blobs folder when missing objects were looked for last, nanoseconds since 1970.
  blobs_modified INTEGER NOT NULL
) STRICT;

-- One row a set of facts, however many lines repeat it.
CREATE TABLE facts (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,          -- SHA-256 of body
  contract_sha TEXT NOT NULL,
  proof_level TEXT NOT NULL,
  body TEXT NOT NULL                 -- the `facts` of a ledger line as we write them
) STRICT;
CREATE INDEX facts_contract ON facts (contract_sha);

-- What the facts list, one row an item; sections as on the card.
CREATE TABLE fact_items (
  facts INTEGER NOT NULL REFERENCES facts (id),
  section TEXT NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (facts, section, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_items_item ON fact_items (section, item);

-- What turns one set of facts into another, worked out once.
CREATE TABLE fact_deltas (
  id INTEGER PRIMARY KEY,
  base INTEGER NOT NULL REFERENCES facts (id),
  head INTEGER NOT NULL REFERENCES facts (id),
  verdict TEXT NOT NULL,
  UNIQUE (base, head)
) STRICT;
CREATE TABLE fact_changes (
  delta INTEGER NOT NULL REFERENCES fact_deltas (id),
  place INTEGER NOT NULL,            -- order on the card
  section TEXT NOT NULL,
  change TEXT NOT NULL,              -- added, removed, changed
  item TEXT NOT NULL,
  was TEXT,                          -- of `changed`
  now TEXT,
  PRIMARY KEY (delta, place)
) STRICT, WITHOUT ROWID;

-- The rows of the ledger.
CREATE TABLE ledger_rows (
  line INTEGER PRIMARY KEY,          -- counted from 1
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,           -- without the newline
  leaf BLOB NOT NULL,                -- leaf hash of the line
  ts INTEGER NOT NULL,               -- milliseconds since 1970
  kind TEXT NOT NULL,
  is_proof INTEGER NOT NULL,         -- deploy, swap and check: what HEAD can mean
  handler_path TEXT NOT NULL,
  service TEXT,
  target TEXT,
  facts INTEGER NOT NULL REFERENCES facts (id),
  record INTEGER REFERENCES objects (id),
  baseline INTEGER REFERENCES ledger_rows (line),
  delta INTEGER REFERENCES fact_deltas (id),
  verdict TEXT
) STRICT;
CREATE INDEX ledger_rows_proofs ON ledger_rows (line) WHERE is_proof;
CREATE INDEX ledger_rows_service ON ledger_rows (service, line) WHERE is_proof;
CREATE INDEX ledger_rows_deploys ON ledger_rows (service, target, line) WHERE kind = 'deploy';
CREATE INDEX ledger_rows_facts ON ledger_rows (facts, line);
CREATE INDEX ledger_rows_record ON ledger_rows (record, line) WHERE record IS NOT NULL;

-- Lines that are no rows.
CREATE TABLE bad_lines (
  line INTEGER PRIMARY KEY,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;

-- Objects that rows lead to.
CREATE TABLE objects (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,       -- 32 bytes; 64 for a sha512 in a foreign row
  media_type TEXT,                   -- as those who refer to it say
  size INTEGER,
  -- named: others refer to it; read: its own references are edges; missing, damaged: could not be.
  state TEXT NOT NULL
) STRICT;
CREATE INDEX objects_unread ON objects (state) WHERE state IN ('missing', 'damaged');
CREATE TABLE edges (
  source INTEGER NOT NULL REFERENCES objects (id),
  role TEXT NOT NULL,                -- image, config, contract, sources, layer
  place INTEGER NOT NULL,            -- of several in one role
  target INTEGER NOT NULL REFERENCES objects (id),
  PRIMARY KEY (source, role, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_target ON edges (target, role);

-- Views. Times are RFC 3339 in UTC, digests `sha256:` and hex.

-- Every row of the ledger that could be read, with what it was compared with.
CREATE VIEW events (
  line, time, kind, service, handler, target, contract, proof, verdict, baseline, record, image
) AS
SELECT
  r.line,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.ts / 1000, 'unixepoch'),
  r.kind, r.service, r.handler_path, r.target, f.contract_sha, f.proof_level, r.verdict,
  r.baseline,
  CASE WHEN record.id IS NOT NULL THEN 'sha256:' || lower(hex(record.digest)) END,
  CASE WHEN image.id IS NOT NULL THEN 'sha256:' || lower(hex(image.digest)) END
FROM ledger_rows AS r
JOIN facts AS f ON f.id = r.facts
LEFT JOIN objects AS record ON record.id = r.record
LEFT JOIN edges AS e ON e.source = r.record AND e.role = 'image' AND e.place = 0
LEFT JOIN objects AS image ON image.id = e.target;

-- What each row's handler showed: routes, env, egress, cache, capabilities, properties, secrets,
-- sql, dynamic, leaks, specs, and its proof level under `proof`.
CREATE VIEW surface (line, service, section, item) AS
SELECT r.line, r.service, i.section, i.item
FROM ledger_rows AS r
JOIN fact_items AS i ON i.facts = r.facts;

-- What changed between each row and its baseline.
CREATE VIEW deltas (line, service, baseline, section, change, item, was, now) AS
SELECT r.line, r.service, r.baseline, c.section, c.change, c.item, c.was, c.now
FROM ledger_rows AS r
JOIN fact_changes AS c ON c.delta = r.delta
ORDER BY r.line, c.place;

-- The newest deploy of each service to each target.
CREATE VIEW services (service, target, line, time, contract, proof, verdict, record, image) AS
SELECT e.service, e.target, e.line, e.time, e.contract, e.proof, e.verdict, e.record, e.image
FROM events AS e
WHERE e.line IN (
  SELECT max(line) FROM ledger_rows WHERE kind = 'deploy' AND service IS NOT NULL
  GROUP BY service, target
);
