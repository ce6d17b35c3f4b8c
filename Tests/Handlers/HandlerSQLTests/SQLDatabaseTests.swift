import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import HandlerSQL

/// One database, many threads.
@Suite struct SQLDatabaseTests {
  private static let schema = Array(
    "CREATE TABLE t (n INTEGER); CREATE TABLE u (n INTEGER); INSERT INTO t VALUES (0);".utf8)

  private func number(_ database: SQLDatabase, _ statement: String) throws -> Int64? {
    var found: Int64?
    _ = try database.run(statement, reads: true, [], steps: 1_000_000) { row in
      if case .integer(let number) = row[0] { found = number }
      return false
    }
    return found
  }

  private func count(_ database: SQLDatabase) throws -> Int {
    let failures = Mutex<[SQLFailure]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<50 {
        do throws(SQLFailure) {
          _ = try database.run(
            "UPDATE t SET n = n + 1", reads: false, [], steps: 10_000
          ) { _ in true }
          _ = try database.run("SELECT n FROM t", reads: true, [], steps: 10_000) { _ in true }
        } catch {
          failures.withLock { $0.append(error) }
        }
      }
    }
    #expect(failures.withLock { $0 } == [])
    return Int(try number(database, "SELECT n FROM t") ?? -1)
  }

  @Test func nothingIsLostInMemory() throws {
    #expect(try count(SQLDatabase(path: nil, schema: Self.schema)) == 400)
  }

  @Test func nothingIsLostInAFile() throws {
    let folder = try Scratch()
    #expect(try count(SQLDatabase(path: "\(folder.path)/rows.db", schema: Self.schema)) == 400)
  }

  @Test func aFileThatIsOpenedTwiceAtOnceIsMadeOnce() throws {
    for _ in 0..<10 {
      let folder = try Scratch()
      let path = "\(folder.path)/rows.db"
      let failures = Mutex<[SQLFailure]>([])
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        do throws(SQLFailure) { _ = try SQLDatabase(path: path, schema: Self.schema) } catch {
          failures.withLock { $0.append(error) }
        }
      }
      #expect(failures.withLock { $0 } == [])
      #expect(
        try number(SQLDatabase(path: path, schema: Self.schema), "SELECT count(*) AS n FROM t") == 1
      )
    }
  }

  @Test func aPathIsAPath() throws {
    let folder = try Scratch()
    for name in [":memory:", "file:x?mode=memory", "a b'c\u{e9}.db"] {
      let path = "\(folder.path)/\(name)"
      _ = try SQLDatabase(path: path, schema: Self.schema)
      #expect(try fileNames(in: folder.path).contains(name))
    }
  }
}
