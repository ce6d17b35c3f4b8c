import JSON

/// A row of the audit log as it is read again.
package struct AuditRecord: Sendable, Hashable {
  /// Milliseconds since 1970.
  package var at: Int64
  /// Counts up by the order in which things happened.
  package var sequence: Int64
  /// What was done: `plan.approved`.
  package var action: String
  /// Whose token it was; nil where it was the server itself, or the command beside it.
  package var email: String?
  /// The service, which is also the project.
  package var service: String?
  /// The review plan.
  package var plan: String?
  /// What else it is about, by its id.
  package var subject: String?
  /// The image that was named.
  package var image: String?
  /// SHA-256 of the contract, in hex.
  package var contractSha: String?
  /// The generation of the service.
  package var generation: Int64?
  /// Why, or how it ended.
  package var reasons: [String]

  /// From a line of the ledger; nil for what is none of ours.
  init?(line: [UInt8]) {
    guard let row = try? JSONReader.lenient(line), row["kind"] == "audit",
      let at = row["ts"]?.integerValue, let sequence = row["sequence"]?.integerValue,
      let action = row["action"]?.stringValue
    else { return nil }
    (self.at, self.sequence, self.action) = (at, sequence, action)
    email = row["actor"]?["email"]?.stringValue
    service = row["serviceName"]?.stringValue
    plan = row["plan"]?.stringValue
    subject = row["subject"]?.stringValue
    image = row["imageReference"]?.stringValue
    contractSha = row["contractSha"]?.stringValue
    generation = row["generation"]?.integerValue
    reasons = row["reasons"]?.stringArray ?? []
  }
}

/// A part of the audit log, newest first.
package struct AuditPage: Sendable, Hashable {
  /// The rows.
  package var rows: [AuditRecord]
  /// What asks for the rows before these; nil at the start of the log.
  package var next: Int64?
}
