import Contracts
import Foundation
import TestSupport
import Testing

@testable import HandlerRuntime

@Suite struct ModulesSQLTests {
  private static let schema = """
    CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, n);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, book INTEGER REFERENCES books(id));
    INSERT INTO books (title, n) VALUES ('Emma', 1), ('Persuasion', 2.5);
    """
  private static let statements = """
    import { sql, sqlOne, sqlMany, sqlExec } from "zigttp:sql";
    sql("one", "SELECT id, title, n FROM books WHERE title = :title");
    sql("all", "SELECT id, title FROM books ORDER BY id");
    sql("add", "INSERT INTO books (title, n) VALUES (:title, :n)");
    sql("none", "DELETE FROM books WHERE 0");
    sql("note", "INSERT INTO notes (book) VALUES (:book)");
    sql("echo", "SELECT :x AS x, typeof(:x) AS type");
    sql("blob", "SELECT x'00ff10' AS b, NULL AS n");
    sql("big", "SELECT 9007199254740992 AS a, 9007199254740993 AS b");
    sql("edge", "SELECT 9007199254740992 AS a, -9007199254740992 AS b, 1e999 AS c");
    sql("ever", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) AS c FROM n");
    sql("wide", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, zeroblob(1000000) AS z FROM n");
    """

  private func fixture(
    _ body: String, database: String? = nil, limits: Limits = Limits(),
    contract: (inout Contract) -> Void = { _ in }
  ) throws -> HandlerFixture {
    try HandlerFixture(
      "\(Self.statements)\nexport function handler(req) { \(body) }", limits: limits,
      schema: Self.schema, database: database, contract: contract)
  }

  private func json(_ expression: String) throws -> String {
    try fixture("return Response.json(\(expression));").text()
  }

  /// The log of a request that is a fault.
  private func fault(_ expression: String, limits: Limits = Limits()) throws -> String {
    let fixture = try fixture("return Response.json(\(expression));", limits: limits)
    #expect(fixture.answer().status == 500)
    return fixture.log.texts.joined(separator: "\n")
  }

  // MARK: Rows

  @Test func rowsAreObjectsOfTheirColumns() throws {
    #expect(
      try json(#"sqlOne("one", { title: "Persuasion" })"#)
        == #"{"id":2,"title":"Persuasion","n":2.5}"#)
    #expect(try json(#"[sqlOne("one", { title: "x" })]"#) == "[null]")
    #expect(
      try json(#"sqlMany("all")"#) == #"[{"id":1,"title":"Emma"},{"id":2,"title":"Persuasion"}]"#)
    #expect(try json(#"sqlOne("blob")"#) == #"{"b":"AP8Q","n":null}"#)
  }

  @Test func writingSaysWhatItChanged() throws {
    #expect(
      try json(#"sqlExec("add", { title: "Sanditon", n: null })"#)
        == #"{"changes":1,"lastInsertRowid":3}"#)
    // Not what somebody else has inserted before.
    #expect(
      try json(#"[sqlExec("add", { title: "Sanditon", n: 1 }), sqlExec("none")][1]"#)
        == #"{"changes":0,"lastInsertRowid":0}"#)
  }

  @Test func aRequestSeesWhatOthersWrote() throws {
    let fixture = try fixture(
      #"""
      if (req.method === "POST") sqlExec("add", { title: req.text(), n: 7 });
      return Response.json(sqlMany("all").length);
      """#)
    #expect(fixture.text() == "2")
    #expect(fixture.text("POST", "/", body: "A") == "3")
    #expect(fixture.text() == "3")
  }

  @Test func valuesKeepTheirKind() throws {
    for (value, type) in [
      ("1", "integer"), ("1.5", "real"), ("-0", "real"), ("9007199254740992", "integer"),
      ("1e300", "real"), (#""a""#, "text"), (#""""#, "text"), ("null", "null"),
      (#""é😀""#, "text"),
    ] {
      #expect(
        try json(#"sqlOne("echo", { x: \#(value) })"#)
          == "{\"x\":\(value == "-0" ? "0" : value == "1e300" ? "1e+300" : value),\"type\":\"\(type)\"}"
      )
    }
    #expect(try json(#"sqlOne("echo", { x: true })"#) == #"{"x":1,"type":"integer"}"#)
    #expect(try json(#"sqlOne("echo", { x: "a\u0000b" }).x.length"#) == "3")
    #expect(
      try json(#"sqlOne("edge").a === 2 ** 53 && sqlOne("edge").c === Infinity"#) == "true")
  }

  @Test func anIntegerThatIsNoNumberIsAFault() throws {
    #expect(try fault(#"sqlOne("big")"#).contains("beyond 2^53"))
  }

  // MARK: Parameters

  @Test(arguments: [
    ("{}", "the parameter :x has no value"), ("undefined", "the parameter :x has no value"),
    ("{ x: undefined }", "the parameter :x has no value"),
    ("{ x: {} }", "must be a text, a number, a boolean or null"),
    ("{ x: [] }", "must be a text"), ("{ x: () => 1 }", "must be a text"),
    ("{ x: 0 / 0 }", "is not a finite number"), ("{ x: 1 / 0 }", "is not a finite number"),
    ("{ x: 1, y: 2 }", "2 values are given"), ("[1]", "parameters must be an object"),
    (#""x""#, "parameters must be an object"), ("req", "parameters must be an object"),
  ])
  func aParameterThatDoesNotFitIsAFault(_ given: String, _ words: String) throws {
    // Through a variable, so that it is not refused before.
    let log = try fault("((p) => sqlOne(\"echo\", p))(\(given))")
    #expect(log.contains(words), "\(log)")
  }

  @Test func aParameterIsNeverPartOfTheStatement() throws {
    let attack = #""'; DROP TABLE books; --""#
    #expect(
      try json(#"[sqlOne("one", { title: \#(attack) }), sqlMany("all").length]"#) == "[null,2]")
    #expect(
      try json(#"[sqlExec("add", { title: \#(attack), n: "1 OR 1=1" }), sqlMany("all").length][1]"#)
        == "3")
  }

  // MARK: The contract

  @Test func aStatementOutsideOfTheContractIsRefused() throws {
    for function in ["sqlOne", "sqlMany", "sqlExec"] {
      let log = try fault("((name) => \(function)(name))(\"DELETE FROM books\")")
      #expect(log.contains("is not in the contract") && log.contains("refused"), "\(log)")
      #expect(!log.contains("DELETE"), "\(log)")
    }
  }

  @Test func aProgramWhoseStatementsAreNotTheContractsDoesNotStart() throws {
    for edit in [
      { (contract: inout Contract) in contract.sql.queries.removeAll { $0.name == "all" } },
      { contract in
        for index in contract.sql.queries.indices where contract.sql.queries[index].name == "all" {
          contract.sql.queries[index].statement += " DESC"
        }
      },
    ] {
      let fault = #expect(throws: Fault.self) {
        try fixture("return Response.text(\"\");", contract: edit)
      }
      #expect(fault?.kind == .refused)
      #expect(fault?.message == "sql: the statement is not in the contract")
    }
  }

  @Test func aContractThatSaysLessThanAStatementDoesIsRefused() throws {
    for edit in [
      { (query: inout Contract.SQLQuery) in query.operation = "select" },
      { query in query.tables = [] }, { query in query.tables = ["notes"] },
    ] {
      let problem = #expect(throws: SQLService.Problem.self) {
        try fixture("return Response.text(\"\");") { contract in
          for index in contract.sql.queries.indices
          where contract.sql.queries[index].name == "add" { edit(&contract.sql.queries[index]) }
        }
      }
      #expect(problem?.description.contains("the statement add is proven to") == true)
    }
  }

  @Test func readingAndWritingHaveFunctionsOfTheirOwn() throws {
    #expect(try fault(#"((name) => sqlExec(name))("all")"#).contains("only reads"))
    #expect(try fault(#"((name) => sqlOne(name))("none")"#).contains("changes something"))
  }

  // MARK: Failures

  @Test func aConstraintIsAFaultThatNamesItAndNoValue() throws {
    let unique = try fault(#"sqlExec("add", { title: "Emma", n: "value-7" })"#)
    #expect(unique.contains("UNIQUE constraint failed: books.title"))
    #expect(!unique.contains("value-7") && !unique.contains("Emma"))
    #expect(try fault(#"sqlExec("note", { book: 99 })"#).contains("FOREIGN KEY"))
    #expect(try fault(#"sqlExec("add", { title: null, n: 1 })"#).contains("NOT NULL"))
  }

  @Test func whatSQLiteExecutesCountsAsSteps() throws {
    var limits = Limits()
    limits.steps = 200_000
    let log = try fault(#"sqlOne("ever")"#, limits: limits)
    #expect(log.contains("more steps than its limit"), "\(log)")
    // The database is as good as before.
    let fixture = try fixture(
      #"return Response.json(req.path === "/ever" ? sqlOne("ever") : sqlMany("all").length);"#,
      limits: limits)
    #expect(fixture.answer("GET", "/ever").status == 500)
    #expect(fixture.text() == "2")
  }

  @Test func rowsCountAgainstTheMemoryOfARequest() throws {
    var limits = Limits()
    limits.requestBytes = 8 << 20
    #expect(try fault(#"sqlMany("wide").length"#, limits: limits).contains("memory"))
    // One row is all that is asked for.
    let fixture = try fixture(#"return Response.json(sqlOne("wide").x);"#)
    #expect(fixture.text() == "1")
  }

  // MARK: Files

  @Test func aFileKeepsItsRows() throws {
    let folder = try Scratch()
    let file = "\(folder.path)/rows.db"
    let body = #"""
      if (req.method === "POST") sqlExec("add", { title: req.text(), n: 7 });
      return Response.json(sqlMany("all").length);
      """#
    #expect(try fixture(body, database: file).text("POST", "/", body: "A") == "3")
    #expect(try fixture(body, database: file).text() == "3")
    #expect(try permissions(file) == 0o600)
  }

  @Test func aFileOfAnotherSchemaIsRefused() throws {
    let folder = try Scratch()
    let file = "\(folder.path)/rows.db"
    _ = try HandlerFixture(
      """
      import { sql } from "zigttp:sql";
      sql("a", "SELECT a FROM t");
      export function handler(req) { return Response.text(""); }
      """, schema: "CREATE TABLE t (a);", database: file)
    let problem = #expect(throws: SQLService.Problem.self) {
      try fixture("return Response.text(\"\");", database: file)
    }
    #expect(problem?.description.contains("no such table: books") == true)
  }

  @Test func whatIsNoDatabaseIsRefused() throws {
    let folder = try Scratch()
    let file = "\(folder.path)/text"
    try Data("this is not a database, but a text that is long enough".utf8)
      .write(to: URL(fileURLWithPath: file))
    let problem = #expect(throws: SQLService.Problem.self) {
      try fixture("return Response.text(\"\");", database: file)
    }
    #expect(problem?.description.hasPrefix(file) == true, "\(String(describing: problem))")
  }
}
