import GRDB

/// The SQLite file. What was written is on the device when a transaction ends.
struct ControlPlaneDatabase: Sendable {
  let pool: DatabasePool

  init(_ path: String) throws {
    var configuration = Configuration()
    // The command that makes a token writes beside the server.
    configuration.busyMode = .timeout(10)
    pool = try DatabasePool(path: path, configuration: configuration)
    // The pool itself asks for less on its one connection that writes.
    try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
    try Self.migrator.migrate(pool)
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in try db.execute(sql: tables) }
    migrator.registerMigration("2") { db in
      try db.execute(
        sql: "CREATE TABLE settings(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT")
    }
    migrator.registerMigration("page sessions") { db in try db.execute(sql: PageSessions.table) }
    migrator.registerMigration("sign-ins end") { db in
      try db.execute(sql: "ALTER TABLE device_codes ADD COLUMN token_expires INTEGER")
    }
    return migrator
  }

  // Times are milliseconds since 1970. Secrets are hashed or sealed.
  private static let tables = """
    CREATE TABLE tokens(
      id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, email TEXT NOT NULL, rights TEXT NOT NULL,
      projects TEXT NOT NULL, note TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER,
      revoked INTEGER) STRICT;
    CREATE TABLE device_codes(
      device_hash BLOB PRIMARY KEY, user_hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL,
      expires INTEGER NOT NULL, address TEXT NOT NULL, client TEXT NOT NULL, polled INTEGER,
      state TEXT NOT NULL, email TEXT, rights TEXT, projects TEXT) STRICT;
    CREATE TABLE sessions(
      id TEXT PRIMARY KEY, token TEXT NOT NULL, project TEXT NOT NULL, service TEXT NOT NULL,
      region TEXT NOT NULL, scope TEXT NOT NULL, size TEXT NOT NULL, registry TEXT NOT NULL,
      namespace TEXT NOT NULL, contract BLOB NOT NULL, contract_sha TEXT NOT NULL, sources TEXT,
      prover TEXT, review TEXT, created INTEGER NOT NULL, expires INTEGER NOT NULL, image TEXT,
      answer TEXT) STRICT;
    CREATE INDEX sessions_by_token ON sessions(token, expires);
    CREATE TABLE plans(
      id TEXT PRIMARY KEY, project TEXT NOT NULL, status TEXT NOT NULL, baseline_sha TEXT,
      proposed_sha TEXT NOT NULL, contract BLOB NOT NULL, reasons TEXT NOT NULL,
      created INTEGER NOT NULL, expires INTEGER NOT NULL, decided INTEGER, decided_by TEXT,
      consumed INTEGER) STRICT;
    CREATE INDEX plans_by_project ON plans(project, proposed_sha);
    CREATE TABLE plan_people(
      plan TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY(plan, person)) STRICT, WITHOUT ROWID;
    CREATE TABLE grants(
      id TEXT PRIMARY KEY, project TEXT NOT NULL, plan TEXT NOT NULL, created INTEGER NOT NULL,
      expires INTEGER, revoked INTEGER, reason TEXT NOT NULL) STRICT;
    CREATE INDEX grants_by_project ON grants(project);
    CREATE TABLE services(
      name TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL, scope TEXT NOT NULL,
      region TEXT NOT NULL, size TEXT NOT NULL, image TEXT NOT NULL, generation INTEGER NOT NULL,
      contract BLOB NOT NULL, contract_sha TEXT NOT NULL, sources TEXT, prover TEXT,
      deployment TEXT NOT NULL) STRICT;
    CREATE TABLE env(
      service TEXT NOT NULL, name TEXT NOT NULL, sealed BLOB NOT NULL,
      PRIMARY KEY(service, name)) STRICT, WITHOUT ROWID;
    CREATE TABLE deployments(
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, service TEXT NOT NULL,
      generation INTEGER NOT NULL, image TEXT NOT NULL, contract_sha TEXT NOT NULL,
      email TEXT NOT NULL, created INTEGER NOT NULL, status TEXT NOT NULL, message TEXT,
      url TEXT) STRICT;
    CREATE INDEX deployments_by_service ON deployments(service, sequence);
    CREATE INDEX deployments_pending ON deployments(status) WHERE status = 'pending';
    CREATE TABLE audit_queue(
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, line BLOB NOT NULL) STRICT;
    """
}
