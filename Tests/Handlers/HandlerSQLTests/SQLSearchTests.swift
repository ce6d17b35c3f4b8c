import GRDBSQLite
import TestSupport
import Testing

@testable import HandlerSQL

/// Our `instr` and `replace` give what SQLite's own do.
@Suite struct SQLSearchTests {
  /// A connection that has SQLite's own functions.
  private final class Plain {
    private var handle: OpaquePointer?
    init() { sqlite3_open(":memory:", &handle) }
    deinit { sqlite3_close(handle) }

    func value(_ expression: String) -> String {
      var statement: OpaquePointer?
      sqlite3_prepare_v2(handle, "SELECT quote(\(expression))", -1, &statement, nil)
      defer { sqlite3_finalize(statement) }
      sqlite3_step(statement)
      return sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "none"
    }
  }

  private let plain = Plain()
  private let ours: SQLConnection

  init() throws { ours = try SQLConnection(path: nil) }

  private func expectSame(_ expression: String) throws {
    let found = try ours.texts("SELECT quote(\(expression))").first
    #expect(found == plain.value(expression), "\(expression)")
  }

  @Test(arguments: [
    "instr('abc', 'c')", "instr('abc', '')", "instr('', '')", "instr('', 'a')",
    "instr('aé😀b', 'b')",
    "instr('aé😀b', '😀')", "instr(x'00ff10', x'ff10')", "instr(x'00ff10', 'a')", "instr('a', x'61')",
    "instr(NULL, 'a')", "instr('a', NULL)", "instr(12345, 34)", "instr(1.5, '.')",
    "instr(x'', x'')",
    "replace('aXbX', 'X', '--')", "replace('aaa', 'aa', 'b')", "replace('abc', '', 'x')",
    "replace(NULL, 'a', 'b')", "replace('a', NULL, 'b')", "replace('a', 'a', NULL)",
    "replace('a', 'b', NULL)", "replace('a', '', NULL)", "replace(123, 2, 'x')",
    "replace(1.5, 1, 2)",
    "replace(x'616263', 'b', 'é')", "replace('', 'a', 'b')", "replace('aa', 'a', '')",
    "replace(12, '', 'x')", "typeof(replace(12, '', 'x'))", "typeof(replace(12, '3', 'x'))",
  ])
  func edges(_ expression: String) throws { try expectSame(expression) }

  @Test func textsBySeed() throws {
    var random = SeededGenerator(seed: 7)
    func text(_ most: Int) -> String {
      let letters = ["a", "b", "ab", "é", "😀", "''"]
      return (0..<Int.random(in: 0...most, using: &random)).map { _ in
        letters[Int.random(in: 0..<letters.count, using: &random)]
      }.joined()
    }
    for _ in 0..<2000 {
      let (whole, piece, other) = (text(12), text(3), text(2))
      try expectSame("instr('\(whole)', '\(piece)')")
      try expectSame("replace('\(whole)', '\(piece)', '\(other)')")
    }
  }

  @Test func aResultThatIsTooLongIsAnError() throws {
    let failure = #expect(throws: SQLFailure.self) {
      try ours.texts(
        "SELECT length(replace(printf('%.*c', 100000, 'a'), 'a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'))"
      )
    }
    #expect(failure?.kind == .memory, "\(failure as Any)")
  }
}
