import Foundation
import TestSupport
import Testing

/// Statements of SQL from `check` to the program that serves them.
@Suite struct SQLTests {
  private static let handler = """
    import { sql, sqlMany, sqlExec } from "zigttp:sql";

    sql("all", "SELECT title FROM books ORDER BY id");
    sql("add", "INSERT INTO books (title) VALUES (:title)");

    export function handler(req) {
      if (req.method === "POST") return Response.json(sqlExec("add", { title: req.text() }));
      return Response.json(sqlMany("all").map((book) => book.title));
    }
    """
  private static let schema = "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\n"

  private func project(
    _ handler: String = Self.handler, _ schema: String = Self.schema
  ) throws -> Workspace {
    try Workspace(["handler.ts": handler, "schema.sql": schema])
  }

  private func serve(_ project: Workspace, _ arguments: String...) throws -> Server {
    try Server.start(
      project.path + "/.zigttp/deploy/project", ["serve", "--port", "0"] + arguments, project)
  }

  @Test func rowsInMemoryEndWithTheProgram() throws {
    let project = try project()
    try project.deploy()
    for _ in 0..<2 {
      let server = try serve(project)
      #expect(try server.get("/").body == "[]")
      #expect(
        try server.ask("/", method: "POST", body: "Emma").body
          == #"{"changes":1,"lastInsertRowid":1}"#)
      #expect(try server.get("/").body == #"["Emma"]"#)
      #expect(server.stop() == 0)
    }
  }

  @Test func rowsInAFileStay() throws {
    let project = try project()
    try project.deploy()
    for expected in [#"["Emma"]"#, #"["Emma","Emma"]"#] {
      let server = try serve(project, "--sqlite", "rows.db")
      _ = try server.ask("/", method: "POST", body: "Emma")
      #expect(try server.get("/").body == expected)
      #expect(server.stop() == 0)
    }
    #expect(project.has("rows.db"))
  }

  @Test func theSchemaIsOneOfTheSources() throws {
    let project = try project()
    try project.deploy()
    let verified = try project.zigttp("verify", ".zigttp/deploy/project")
    #expect(verified.status == 0, "\(verified)")
    let before = try project.ledger()
    #expect(before.last?.contains(#""sqlQueries":["add insert books","all select books"]"#) == true)
    // Another schema is another program, and the same contract.
    try project.write("schema.sql", Self.schema + "CREATE INDEX titles ON books (title);\n")
    try project.deploy()
    let after = try project.ledger()
    #expect(after.count == 2)
    func field(_ name: String, _ row: String) -> Substring? {
      row.firstRange(of: "\"\(name)\":\"").map { row[$0.upperBound...].prefix { $0 != "\"" } }
    }
    #expect(field("sources", after[0]) != field("sources", after[1]))
    #expect(field("contractSha", after[0]) == field("contractSha", after[1]))
  }

  @Test func aStatementThatDoesNotFitTheSchemaStopsCheckAndDeploy() throws {
    let project = try project(Self.handler, "CREATE TABLE book (title TEXT);\n")
    for command in [["check"], ["deploy", "--local"]] {
      let result = try project.run(command)
      #expect(result.status == 1)
      #expect(
        result.errors.contains(
          "handler.ts:3:12: error[ZT605]: the statement `all`: no such table: books"),
        "\(result.errors)")
    }
    #expect(project.files(below: ".zigttp").isEmpty)
  }

  @Test func aFileOfAnotherSchemaStopsTheStart() throws {
    let project = try project()
    try project.deploy()
    let other = try self.project(
      Self.handler.replacing("books", with: "papers"),
      Self.schema.replacing("books", with: "papers"))
    try other.deploy()
    let file = project.path + "/rows.db"
    #expect(try serve(other, "--sqlite", file).stop() == 0)
    let result = try Command(
      executable: project.path + "/.zigttp/deploy/project",
      arguments: ["serve", "--port", "0", "--sqlite", file], directory: project.path,
      environment: project.environment()
    ).run()
    #expect(result.status == 1)
    #expect(result.errors.contains("the statement add: no such table: books"), "\(result.errors)")
    #expect(result.errors.contains("schema.sql is run on a fresh file alone"), "\(result.errors)")
  }
}
