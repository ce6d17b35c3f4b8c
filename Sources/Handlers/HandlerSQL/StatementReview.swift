/// Statements looked at before anything is deployed: a database in memory that has the schema, and no
/// rows but those the schema makes.
public final class StatementReview {
  private let connection: SQLConnection

  /// - Parameter schema: the bytes of `schema.sql`; none where there is no such file.
  /// - Throws: ``SQLFailure`` with the offset of what is wrong in the schema.
  public init(schema: [UInt8]) throws(SQLFailure) {
    connection = try SQLConnection(path: nil)
    try connection.load(schema: schema)
  }

  /// What a statement does.
  /// - Throws: ``SQLFailure`` where SQLite refuses it, or handlers may not.
  public func facts(of statement: String) throws(SQLFailure) -> StatementFacts {
    let found = try connection.compile(Array(statement.utf8))
    connection.finish(found.statement)
    return found.facts
  }
}
