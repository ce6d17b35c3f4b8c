extension Schema {
  /// As many violations as are told at most.
  public static let mostViolations = 64

  /// Where a value does not fit; nowhere, where it does.
  ///
  /// Work is counted through the reader: with the value's size times the schema's, and of texts with
  /// their length times that of their patterns.
  public func violations<Reader: InstanceReader>(
    of value: Reader.Value, _ reader: Reader
  ) throws(Reader.Failure) -> [SchemaViolation] {
    var validator = Validator(nodes: nodes, reader: reader, isCollecting: true)
    _ = try validator.holds(0, value, .root)
    return validator.violations
  }
}
