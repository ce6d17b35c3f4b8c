import Foundation
import Testing

/// `zigttp query`, as somebody types it.
@Suite struct QueryCommandTests {
  private func deployed() throws -> Workspace {
    let project = try Workspace([
      "handler.ts": Samples.greeter, "package.json": #"{"name":"greeter"}"#,
    ])
    try project.deploy()
    try project.write("handler.ts", Samples.greeterWithRoute)
    try project.deploy()
    return project
  }

  @Test func printsATable() throws {
    let project = try deployed()
    let result = try project.zigttp(
      "query", "SELECT line, service, verdict, baseline FROM events ORDER BY line")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.lines == [
        "line  service  verdict              baseline", "1     greeter  safe                 NULL",
        "2     greeter  safe_with_additions  1",
      ])
    #expect(result.errors.isEmpty)
  }

  @Test func printsCSVAsTheStandardHasIt() throws {
    let project = try deployed()
    let result = try project.zigttp(
      "query", "--format", "csv",
      "SELECT 1 AS a, 'x,\"y\"' AS \"b c\", NULL AS n, '' AS e, x'0aff' AS x, 'l' || char(10) AS l, 0.5 AS r"
    )
    #expect(result.status == 0)
    #expect(
      result.output == "a,b c,n,e,x,l,r\r\n1,\"x,\"\"y\"\"\",,\"\",0aff,\"l\n\",0.5\r\n")
  }

  @Test func printsOneDocument() throws {
    let project = try deployed()
    let sql = "SELECT line, x'00' AS b, 1e999 AS r, NULL AS n FROM events ORDER BY line"
    let result = try project.zigttp("query", "--json", "--limit", "1", sql)
    #expect(result.status == 0)
    #expect(
      result.output == #"{"schema":"https://zigttp.dev/schema/query-v1.json","#
        + #""columns":["line","b","r","n"],"rows":[[1,{"hex":"00"},"inf",null]],"truncated":true}"#
        + "\n")
    #expect(result.errors.contains("first 1 rows"))
    #expect(
      try project.zigttp("query", "--format", "json", "--limit", "1", sql).output == result.output)
    #expect(try DocumentSchema.problems(result, "query-v1").isEmpty)
  }

  @Test func controlBytesDoNotReachTheTerminal() throws {
    let project = try deployed()
    for arguments in [["query"], ["query", "--json"]] {
      let result = try Command(
        executable: Programs.zigttp,
        arguments: arguments + ["SELECT 'a' || char(27) || '[31mb' || char(10) AS \"c\u{1b}d\""],
        directory: project.path, environment: project.environment()
      ).run()
      #expect(result.status == 0)
      #expect(!result.bytes.contains(0x1b))
      #expect(result.lines.count == (arguments.count == 1 ? 2 : 1))
    }
  }

  @Test func saysWhatIsWrongAndWhatThereIs() throws {
    let project = try deployed()
    let unknown = try project.zigttp("query", "SELECT price FROM events")
    #expect(unknown.status == 1)
    #expect(unknown.output.isEmpty)
    #expect(unknown.errors.contains("no such column: price"))
    for view in [
      "events(line, ", "objects(digest, ", "edges(source, ", "surface(", "deltas(", "services(",
      "drift(",
    ] {
      #expect(unknown.errors.contains(view))
    }
    let table = try project.zigttp("query", "SELECT * FROM ledger_rows")
    #expect(table.status == 1 && table.errors.contains("ledger_rows is no view"))
    let write = try project.zigttp("query", "DELETE FROM events")
    #expect(write.status == 1)
    let two = try project.zigttp("query", "SELECT 1; SELECT 2")
    #expect(two.status == 1 && two.errors.contains("several statements"))
    #expect(try project.zigttp("query", "--timeout", "0", "SELECT 1").status == 64)
    #expect(try project.zigttp("query", "--limit", "-1", "SELECT 1").status == 64)
    #expect(try project.zigttp("query", "--json", "--format", "csv", "SELECT 1").status == 64)
    let help = try project.zigttp("help", "query")
    #expect(help.output.contains("drift: service, target, field"))
  }

  @Test func whatDoesNotEndIsStopped() throws {
    let project = try deployed()
    let endless = try project.zigttp(
      "query", "--timeout", "0.3",
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
    #expect(endless.status == 1)
    #expect(endless.errors.contains("stopped after 0.3 seconds"))
    // One step of SQLite that looks at no clock.
    let step = try project.zigttp(
      "query", "--timeout", "0.3",
      "SELECT instr(hex(zeroblob(1000000)), hex(zeroblob(500000)) || '1')")
    #expect(step.status == 1)
    #expect(step.errors.contains("stopped"))
    let large = try project.zigttp("query", "SELECT hex(zeroblob(1000000000))")
    #expect(large.status == 1)
  }
}
