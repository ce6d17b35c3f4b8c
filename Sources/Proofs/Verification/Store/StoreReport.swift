/// What a check of a store found.
public struct StoreReport: Sendable, Hashable {
  /// Everything that is not as it should be, errors first.
  public var findings: [Finding] = []
  /// Objects that were hashed.
  public var objects = 0
  /// Their bytes.
  public var bytes: UInt64 = 0
  /// Lines of the ledger.
  public var lines = 0
  /// Records that are listed in `shallow`.
  public var shallow = 0

  /// How many are errors.
  public var errors: Int { findings.count { $0.severity == .error } }
  /// How many are warnings.
  public var warnings: Int { findings.count - errors }
}
