import Testing

/// Rows while a handler is written.
@Suite struct DevSQLTests {
  private static func handler(_ version: String) -> String {
    """
    import { sql, sqlMany, sqlExec } from "zigttp:sql";
    sql("all", "SELECT title FROM books ORDER BY id");
    sql("add", "INSERT INTO books (title) VALUES (:title)");
    export function handler(req) {
      if (req.method === "POST") sqlExec("add", { title: req.text() });
      return Response.text("\(version) " + sqlMany("all").map((book) => book.title).join());
    }
    """
  }
  private static let schema = "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT);\n"

  private func start(_ arguments: String...) throws -> DevProcess {
    try DevProcess(
      try Workspace(["handler.ts": Self.handler("one"), "schema.sql": Self.schema]),
      ["--watch"] + arguments)
  }

  @Test func rowsOutliveASaveAndNotTheSchema() throws {
    let dev = try start()
    #expect(try dev.server.ask("/", method: "POST", body: "Emma").body == "one Emma")
    try dev.save(Self.handler("two"))
    try dev.waitForBody("two")
    #expect(try dev.server.get("/").body == "two Emma")
    try dev.save(Self.schema + "CREATE INDEX titles ON books (title);\n", as: "schema.sql")
    try dev.waitForBody("two ")
    try DevProcess.wait("the new schema") { try dev.server.get("/").body == "two " }
    #expect(dev.stop() == 0)
  }

  @Test func rowsAreForgottenOnDemand() throws {
    let dev = try start()
    #expect(try dev.server.ask("/", method: "POST", body: "Emma").body == "one Emma")
    dev.type("r")
    try DevProcess.wait("no rows") { try dev.server.get("/").body == "one " }
    #expect(dev.stop() == 0)
  }

  @Test func aSchemaThatIsRefusedLeavesTheOldHandlerServing() throws {
    let dev = try start()
    try dev.save("ATTACH 'x' AS y;", as: "schema.sql")
    try dev.waitUntilTold("schema.sql:1:1: error[ZT608]: ATTACH cannot be used in schema.sql")
    #expect(try dev.server.get("/").body == "one ")
    #expect(dev.stop() == 0)
  }

  @Test func rowsInAFileStayOnDemand() throws {
    let dev = try start("--sqlite", "rows.db")
    #expect(try dev.server.ask("/", method: "POST", body: "Emma").body == "one Emma")
    dev.type("r")
    try dev.save(Self.handler("two"))
    try dev.waitForBody("two")
    #expect(try dev.server.get("/").body == "two Emma")
    #expect(dev.stop() == 0)
  }
}
