import Contracts
import Encodings
import HandlerSQL

/// The statements of a contract, ready to be run; no others can be.
public final class SQLService: Sendable {
  /// Why a database cannot be used with a contract.
  public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and with what.
    public let description: String
    /// Whether it could be used, but for a schema that is not the statements'.
    public var hasOtherSchema = false
  }

  /// One statement.
  struct Statement: Sendable {
    var text: String
    var facts: StatementFacts
    var reads: Bool { facts.operation == .select }
  }

  /// Where it runs.
  public let database: SQLDatabase
  private let statements: [ByteName: Statement]

  /// Holds every statement of a contract against a database: each has to do there what it was proven
  /// to do.
  ///
  /// - Throws: ``Problem`` naming the statement.
  public init(_ queries: [Contract.SQLQuery], in database: SQLDatabase) throws(Problem) {
    var statements: [ByteName: Statement] = [:]
    for query in queries {
      let facts: StatementFacts
      do throws(SQLFailure) { facts = try database.facts(of: query.statement) } catch {
        throw Problem(
          description: "the statement \(query.name): \(error)", hasOtherSchema: true)
      }
      let proven = (query.operation, UTF8Order.sortedUnique(query.tables))
      let found = (facts.operation.rawValue, facts.tables)
      guard proven.0 == found.0, proven.1.map({ ByteName($0) }) == found.1.map({ ByteName($0) })
      else {
        throw Problem(
          description: """
            the statement \(query.name) is proven to \(Self.words(proven)), and here it would \
            \(Self.words(found)): the database has another schema
            """, hasOtherSchema: true)
      }
      statements[query.name] = Statement(text: query.statement, facts: facts)
    }
    self.statements = statements
    self.database = database
  }

  /// Opens a database and holds the statements of a contract against it.
  ///
  /// - Parameters:
  ///   - path: of a file; nil for a database in memory.
  ///   - schema: of `schema.sql`; see `SQLDatabase`.
  public convenience init(
    _ contract: Contract, path: String?, schema: [UInt8]
  ) throws(Problem) {
    let database: SQLDatabase
    do throws(SQLFailure) {
      database = try SQLDatabase(path: path, schema: schema)
    } catch {
      throw Problem(description: "\(path ?? "schema.sql"): \(error)")
    }
    try self.init(contract.sql.queries, in: database)
  }

  private static func words(_ facts: (operation: String, tables: [String])) -> String {
    facts.tables.isEmpty
      ? facts.operation : "\(facts.operation) with \(facts.tables.joined(separator: ", "))"
  }

  /// The statement of a name; nil where the contract has none.
  func statement(_ name: String) -> Statement? { statements[name] }
}

extension Payload {
  /// The bytes of `schema.sql` beside the handler; none where there is no such file.
  public var schema: [UInt8] {
    let path = contract.handlerPath.utf8
    let folder = path.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? path.prefix(0)
    return sources["\(String(Substring(folder)))schema.sql"] ?? []
  }
}
