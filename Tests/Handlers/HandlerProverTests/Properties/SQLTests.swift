import Contracts
import Testing

@testable import HandlerProver

@Suite struct SQLTests: ModuleProofs {
  static let files = ["schema.sql": schema]
  private static let schema = """
    CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, author TEXT);
    CREATE TABLE notes (text TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE log (what TEXT);
    CREATE TRIGGER noted AFTER INSERT ON books BEGIN INSERT INTO log VALUES (NEW.title); END;
    """
  static let imports = """
    import { sql, sqlOne, sqlMany, sqlExec } from "zigttp:sql";
    sql("one", "SELECT title, author FROM books WHERE id = :id");
    sql("all", "SELECT title FROM books ORDER BY id");
    sql("echo", "SELECT :x AS x");
    sql("now", "SELECT datetime('now') AS t");
    sql("add", "INSERT INTO books (title, author) VALUES (:title, :author)");
    sql("note", "INSERT INTO notes (text) VALUES (:text)");
    sql("notes", "SELECT text FROM notes");
    sql("drop", "DELETE FROM books WHERE id = :id");
    sql("logged", "SELECT what FROM log");
    """

  @Test func theContractListsEveryStatementWithItsTables() throws {
    let found = try proof("return Response.json(1);").contract
    #expect(
      found.facts.sqlQueries == [
        "add insert books,log", "all select books", "drop delete books", "echo select ",
        "logged select log", "note insert notes", "notes select notes", "now select ",
        "one select books",
      ])
    #expect(!found.sql.dynamic && found.proofLevel == .complete)
    #expect(found.modules.contains("zigttp:sql") && !found.capabilities.contains("sqlite"))
    let used = try proof(#"return Response.json(sqlMany("all"));"#).contract
    #expect(used.capabilities.contains("sqlite") && used.functions.contains("sql.sqlMany"))
  }

  @Test func readingReadsAndWritingCounts() throws {
    let read = #"return Response.json(sqlOne("one", { id: 1 }));"#
    let write = #"sqlExec("drop", { id: 1 }); return Response.json(1);"#
    for property in [Property.readOnly, .retrySafe, .idempotent, .deterministic] {
      try expect(property, true, read)
    }
    try expect(.readOnly, false, write)
    try expect(.retrySafe, false, write)
    try expect(.idempotent, false, write)
    #expect(try proof(write).losses(.retrySafe) == ["sqlExec"])
    try expect(.deterministic, true, write)
    try expect(.stateIsolated, true, write)
  }

  @Test func aWriteThatDependsOnARowIsNotRepeatable() throws {
    try expect(
      .retrySafe, false,
      #"if (sqlOne("one", { id: 1 })) cacheSet("n", "k", "v"); return Response.json(1);"#)
  }

  @Test func theClockOfADatabaseIsAClock() throws {
    try expect(.deterministic, false, #"return Response.json(sqlOne("now"));"#)
    // A default that nobody sees in the statement.
    let note = #"sqlExec("note", { text: "a" });"#
    try expect(.deterministic, false, note + "return Response.json(1);")
    // Whichever statement it is.
    try expect(.deterministic, false, "return Response.json(sqlOne(req.query.name));")
  }

  @Test func rowsAreRequestDataThatNobodyChecked() throws {
    let row = #"const row = sqlOne("one", { id: 1 });"#
    try expect(.piiContained, false, row + "logInfo(row?.title); return Response.json(1);")
    try expect(
      .inputValidated, false, row + #"cacheSet("n", "k", row?.title); return Response.json(1);"#)
    try expect(
      .injectionSafe, false, row + "return Response.html(`<p>${row?.title}</p>`);")
    try expect(
      .injectionSafe, true, row + "return Response.html(`<p>${escapeHtml(row?.title)}</p>`);")
    try expect(
      .injectionSafe, false,
      #"const t = sqlMany("all").map((b) => `<li>${b.title}</li>`).join(""); return Response.html(t);"#
    )
    // An escape does not outlive the way through a table.
    try expect(
      .injectionSafe, false,
      #"const e = sqlOne("echo", { x: escapeHtml(req.body) }); return Response.html(`<p>${e?.x}</p>`);"#
    )
  }

  @Test func parametersAreChecked() throws {
    try expect(
      .inputValidated, false, #"return Response.json(sqlOne("one", { id: req.query.id }));"#)
    try expect(
      .inputValidated, true, #"return Response.json(sqlOne("one", { id: Number(req.query.id) }));"#)
    try expect(
      .inputValidated, false, #"sqlExec("note", { text: req.body }); return Response.json(1);"#)
    // They are no part of the statement.
    try expect(
      .injectionSafe, true, #"return Response.json(sqlOne("one", { id: req.query.id }));"#)
  }

  @Test func whatIsStoredIsASinkOfSecretsAndCredentials() throws {
    let stored = #"sqlExec("note", { text: env("API_KEY") }); return Response.json(1);"#
    try expect(.noSecretLeakage, false, stored)
    #expect(try proof(stored).leaks.map(\.text) == ["no-secret-leakage:API_KEY->sql"])
    try expect(
      .noCredentialLeakage, false,
      #"sqlExec("note", { text: req.headers.cookie }); return Response.json(1);"#)
    // What is only looked for does not stay.
    let asked = #"const row = sqlOne("one", { id: sha256(req.headers.cookie ?? "") });"#
    try expect(.noCredentialLeakage, true, asked + "return Response.json(row === undefined);")
    // But it may come back.
    try expect(
      .noSecretLeakage, false, #"return Response.json(sqlOne("echo", { x: env("API_KEY") }));"#)
    try expect(
      .noSecretLeakage, false, #"return Response.json(sqlMany("echo", { x: env("API_KEY") }));"#)
  }

  @Test func whatOneRequestWritesAnotherReads() throws {
    let write =
      #"if (req.method === "POST") sqlExec("add", { title: env("API_KEY"), author: "" });"#
    for read in ["all", "logged"] {
      let found = try proof(
        write + #"return Response.json(sqlMany("\#(read)"));"#)
      #expect(found.leaks.map(\.text).contains("no-secret-leakage:API_KEY->response"), "\(read)")
    }
    let other = try proof(write + #"return Response.json(sqlMany("notes"));"#)
    #expect(!other.leaks.map(\.text).contains("no-secret-leakage:API_KEY->response"))
  }

  @Test func aRowMayBeMissing() throws {
    try expect(.resultsSafe, true, #"return Response.json(sqlOne("one", { id: 1 })?.title);"#)
    try expect(.faultCovered, true, #"return Response.json(sqlOne("one", { id: 1 })?.title);"#)
  }
}
