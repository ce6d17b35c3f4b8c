import GRDB
import Schemas
import Testing

@testable import ArtifactGraph

@Suite struct GraphSchemaTests {
  @Test func whatGraphSQLMakesIsWhole() throws {
    let queue = try DatabaseQueue()
    try queue.write { try $0.execute(sql: Schemas.graph) }
    #expect(try queue.read(GraphSchema.isWhole))
    let made = try queue.read { db in
      try String.fetchAll(
        db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql")
    }
    #expect(made == GraphSchema.statements(of: Schemas.graph).sorted())
  }

  @Test(arguments: [
    "CREATE TABLE more (a)", "DROP VIEW drift", "DROP INDEX ledger_rows_kind",
    "DROP INDEX ledger_rows_kind; CREATE INDEX ledger_rows_kind ON ledger_rows (ts)",
    "CREATE TRIGGER t AFTER INSERT ON names BEGIN SELECT 1; END", "ANALYZE",
    "ALTER TABLE names ADD COLUMN more TEXT",
    "DROP TABLE bad_lines; CREATE VIEW bad_lines AS SELECT 1",
  ])
  func anythingElseIsNot(_ sql: String) throws {
    let queue = try DatabaseQueue()
    try queue.write { try $0.execute(sql: Schemas.graph + sql) }
    #expect(try !queue.read(GraphSchema.isWhole))
  }

  @Test func statementsEndAtSemicolonsOfTheirOwn() {
    #expect(
      GraphSchema.statements(of: "-- a; b\n a 'x;--y' -- c; d\nz;\n\n-- e\nb;-- f")
        == ["a 'x;--y' -- c; d\nz", "b"])
  }
}
