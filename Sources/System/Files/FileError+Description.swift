extension FileError: CustomStringConvertible {
  /// One line: the file, and what failed or what is there instead of what was expected.
  public var description: String {
    if let errno { return "\(call.map { "\($0) " } ?? "")\(path): \(errno)" }
    let comparison = [expected.map { "expected \($0)" }, found.map { "found \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
    let problem =
      switch code {
      case .corrupt: "is damaged"
      case .tooLarge: "is too large"
      case .diskFull: "has no room left"
      case .readOnly: "is read-only"
      case .accessDenied: "may not be used"
      case .malformed, .system: "cannot be used"
      }
    return "\(path) \(problem)" + (comparison.isEmpty ? "" : ": \(comparison)")
  }
}
