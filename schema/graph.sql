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

-- Names of services, handlers, targets and provers, each once: rows hold numbers.
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- What rows say themselves of sources, images and programs, each digest once. Such an object need
-- not be here.
CREATE TABLE digests (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE        -- 32 bytes; 64 for a sha512 in a foreign row
) STRICT;

-- What handlers showed, one row an item; sections as on the card.
CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  section TEXT NOT NULL,
  item TEXT NOT NULL,
  UNIQUE (section, item)
) STRICT;

-- Each set of items that some row showed, its proof level among them.
CREATE TABLE surfaces (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,          -- SHA-256 over the items: see Surface
  proof_level TEXT NOT NULL,
  items TEXT NOT NULL                -- their ids, a JSON array in the order of the card
) STRICT;

-- One row a contract and what it showed, however many lines repeat it.
CREATE TABLE facts (
  id INTEGER PRIMARY KEY,
  contract_sha TEXT NOT NULL,
  surface INTEGER NOT NULL REFERENCES surfaces (id),
  UNIQUE (contract_sha, surface)
) STRICT;

-- What turns one surface into another, worked out once.
CREATE TABLE surface_deltas (
  id INTEGER PRIMARY KEY,
  base INTEGER NOT NULL REFERENCES surfaces (id),
  head INTEGER NOT NULL REFERENCES surfaces (id),
  verdict TEXT NOT NULL,
  UNIQUE (base, head)
) STRICT;
CREATE TABLE surface_changes (
  delta INTEGER NOT NULL REFERENCES surface_deltas (id),
  place INTEGER NOT NULL,            -- order on the card
  item INTEGER NOT NULL REFERENCES items (id),
  change TEXT NOT NULL,              -- added, removed, changed
  was TEXT,                          -- of `changed`
  now TEXT,
  PRIMARY KEY (delta, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX surface_changes_item ON surface_changes (item);

-- The rows of the ledger. The indexes end in `line` without saying so, as every index does in the
-- row's own number.
CREATE TABLE ledger_rows (
  line INTEGER PRIMARY KEY,          -- counted from 1
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,           -- without the newline
  leaf BLOB NOT NULL,                -- leaf hash of the line
  ts INTEGER NOT NULL,               -- milliseconds since 1970
  kind TEXT NOT NULL,
  is_proof INTEGER NOT NULL,         -- deploy, swap and check: what HEAD can mean
  handler_path INTEGER NOT NULL REFERENCES names (id),
  service INTEGER REFERENCES names (id),
  target INTEGER REFERENCES names (id),
  facts INTEGER NOT NULL REFERENCES facts (id),
  record INTEGER REFERENCES object_rows (id),
  baseline INTEGER REFERENCES ledger_rows (line),
  delta INTEGER REFERENCES surface_deltas (id),  -- NULL, too, where nothing changed
  verdict TEXT,
  -- Whether another prover judged the sources of the baseline: what changed is what is known.
  reproven INTEGER NOT NULL,
  -- NULL where the row does not say.
  sources INTEGER REFERENCES digests (id),
  prover INTEGER REFERENCES names (id),
  image INTEGER REFERENCES digests (id),
  binary INTEGER REFERENCES digests (id)
) STRICT;
CREATE INDEX ledger_rows_service ON ledger_rows (service, line, is_proof);
CREATE INDEX ledger_rows_kind ON ledger_rows (kind);
CREATE INDEX ledger_rows_facts ON ledger_rows (facts);
CREATE INDEX ledger_rows_record ON ledger_rows (record) WHERE record IS NOT NULL;
CREATE INDEX ledger_rows_image ON ledger_rows (image) WHERE image IS NOT NULL;
-- Rows that changed something, and the deploys that were compared with nothing.
CREATE INDEX ledger_rows_delta ON ledger_rows (delta) WHERE delta IS NOT NULL;
CREATE INDEX ledger_rows_first ON ledger_rows (facts)
  WHERE baseline IS NULL AND kind = 'deploy';

-- The newest row of each set of rows among which a baseline is looked for.
CREATE TABLE newest_rows (
  key BLOB PRIMARY KEY,              -- which set: see BaselineKey
  line INTEGER NOT NULL REFERENCES ledger_rows (line),
  facts INTEGER NOT NULL REFERENCES facts (id),
  -- Of the deploys of one service to one target; NULL for every other set.
  service TEXT,
  target TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX newest_rows_service ON newest_rows (service, target) WHERE service IS NOT NULL;

-- The lines cut into runs of 1,024, so that a row can be found by its time, or by how many come
-- after it, without looking at all of them.
CREATE TABLE line_blocks (
  block INTEGER PRIMARY KEY,         -- lines 1024 * block + 1 and on
  proofs INTEGER NOT NULL,           -- how many are deploy, swap or check
  earliest INTEGER NOT NULL,         -- least `ts` of those
  latest INTEGER NOT NULL
) STRICT;

-- Lines that are no rows.
CREATE TABLE bad_lines (
  line INTEGER PRIMARY KEY,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;

-- Objects that rows lead to.
CREATE TABLE object_rows (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,       -- 32 bytes; 64 for a sha512 in a foreign row
  size INTEGER,                      -- of one that was read
  -- named: others refer to it; read: its own references are edges; missing, damaged: could not be.
  state TEXT NOT NULL
) STRICT;
CREATE INDEX object_rows_unread ON object_rows (state) WHERE state IN ('missing', 'damaged');
CREATE TABLE edge_rows (
  source INTEGER NOT NULL REFERENCES object_rows (id),
  role TEXT NOT NULL,                -- as ObjectReference.Role has them
  place INTEGER NOT NULL,            -- of several in one role
  target INTEGER NOT NULL REFERENCES object_rows (id),
  -- As the source says.
  media_type INTEGER NOT NULL REFERENCES media_types (id),
  size INTEGER NOT NULL,
  PRIMARY KEY (source, role, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_rows_target ON edge_rows (target, role);
CREATE TABLE media_types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- Views. Times are RFC 3339 in UTC, digests `sha256:` and hex. `line` is a line of proofs.jsonl.

-- Every row of the ledger that could be read, with what it was compared with. `image` is what the
-- row says, or its record where the row says nothing; `reproven` is 1 where only the prover changed.
CREATE VIEW events (
  line, time, kind, service, handler, target, contract, proof, verdict, baseline, record, image,
  sources, prover, binary, reproven
) AS
SELECT
  r.line,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.ts / 1000, 'unixepoch'),
  r.kind, service.name, handler.name, target.name, f.contract_sha, s.proof_level, r.verdict,
  r.baseline,
  CASE WHEN record.id IS NOT NULL
    THEN iif(length(record.digest) = 64, 'sha512:', 'sha256:') || lower(hex(record.digest)) END,
  CASE
    WHEN own.id IS NOT NULL
      THEN iif(length(own.digest) = 64, 'sha512:', 'sha256:') || lower(hex(own.digest))
    WHEN image.id IS NOT NULL THEN 'sha256:' || lower(hex(image.digest)) END,
  CASE WHEN sources.id IS NOT NULL
    THEN iif(length(sources.digest) = 64, 'sha512:', 'sha256:') || lower(hex(sources.digest)) END,
  prover.name,
  CASE WHEN program.id IS NOT NULL
    THEN iif(length(program.digest) = 64, 'sha512:', 'sha256:') || lower(hex(program.digest)) END,
  r.reproven
FROM ledger_rows AS r
JOIN facts AS f ON f.id = r.facts
JOIN surfaces AS s ON s.id = f.surface
JOIN names AS handler ON handler.id = r.handler_path
LEFT JOIN names AS service ON service.id = r.service
LEFT JOIN names AS target ON target.id = r.target
LEFT JOIN object_rows AS record ON record.id = r.record
LEFT JOIN edge_rows AS e ON e.source = r.record AND e.role = 'image' AND e.place = 0
LEFT JOIN object_rows AS image ON image.id = e.target
LEFT JOIN digests AS own ON own.id = r.image
LEFT JOIN digests AS sources ON sources.id = r.sources
LEFT JOIN names AS prover ON prover.id = r.prover
LEFT JOIN digests AS program ON program.id = r.binary;

-- Every object that a row leads to. `type` and `size` are what those say who name it; `state` is
-- `named` for one that nobody has to read, `read` for records and images, `missing` or `damaged`
-- for those of them that were not there, or not themselves, when the index looked.
CREATE VIEW objects (digest, type, size, state) AS
SELECT
  iif(length(o.digest) = 64, 'sha512:', 'sha256:') || lower(hex(o.digest)),
  coalesce(
    (SELECT min(t.name) FROM edge_rows AS e JOIN media_types AS t ON t.id = e.media_type
     WHERE e.target = o.id),
    'application/vnd.oci.image.manifest.v1+json'),
  coalesce(o.size, (SELECT min(e.size) FROM edge_rows AS e WHERE e.target = o.id)),
  o.state
FROM object_rows AS o;

-- Which object names which: a record its image, config, contract and sources; an image its config
-- and layers; an index its manifests; what is attached to something its subject. `place` counts
-- several in one role from 0.
CREATE VIEW edges (source, role, place, target) AS
SELECT
  iif(length(s.digest) = 64, 'sha512:', 'sha256:') || lower(hex(s.digest)),
  e.role, e.place,
  iif(length(t.digest) = 64, 'sha512:', 'sha256:') || lower(hex(t.digest))
FROM edge_rows AS e
JOIN object_rows AS s ON s.id = e.source
JOIN object_rows AS t ON t.id = e.target;

-- What each row's handler showed: routes, env, egress, cache, capabilities, properties, secrets,
-- sql, dynamic, leaks, specs, its proof level under `proof`, and `contract` under `imported` where
-- another compiler gave it.
CREATE VIEW surface (line, service, section, item) AS
SELECT r.line, service.name, i.section, i.item
FROM ledger_rows AS r
JOIN facts AS f ON f.id = r.facts
JOIN surfaces AS s ON s.id = f.surface
JOIN json_each(s.items) AS one
JOIN items AS i ON i.id = one.value
LEFT JOIN names AS service ON service.id = r.service;

-- What changed between each row and its baseline; where `reproven` is 1, what is known of it.
CREATE VIEW deltas (line, service, baseline, section, change, item, was, now, reproven) AS
SELECT r.line, service.name, r.baseline, i.section, c.change, i.item, c.was, c.now, r.reproven
FROM ledger_rows AS r
JOIN surface_changes AS c ON c.delta = r.delta
JOIN items AS i ON i.id = c.item
LEFT JOIN names AS service ON service.id = r.service
ORDER BY r.line, c.place;

-- The newest deploy of each service to each target.
CREATE VIEW services (service, target, line, time, contract, proof, verdict, record, image) AS
SELECT n.service, n.target, e.line, e.time, e.contract, e.proof, e.verdict, e.record, e.image
FROM newest_rows AS n
JOIN events AS e ON e.line = n.line
WHERE n.service IS NOT NULL;

-- Where a target has something else than was deployed locally last: a row for each of `contract`
-- and `image` in which the newest deploy of a service to another target (`deployed`, of
-- `target_line`) is not that of its newest local deploy (`local`, of `local_line`). This is what
-- the ledger says; what a target runs by now only its control plane knows.
CREATE VIEW drift (service, target, field, deployed, local, target_line, local_line) AS
SELECT t.service, t.target, 'contract', t.contract, l.contract, t.line, l.line
FROM services AS t JOIN services AS l ON l.service = t.service AND l.target = 'local'
WHERE t.target IS NOT 'local' AND t.contract <> l.contract
UNION ALL
SELECT t.service, t.target, 'image', t.image, l.image, t.line, l.line
FROM services AS t JOIN services AS l ON l.service = t.service AND l.target = 'local'
WHERE t.target IS NOT 'local' AND t.image <> l.image;
