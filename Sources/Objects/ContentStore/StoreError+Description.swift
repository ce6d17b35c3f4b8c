extension StoreError: CustomStringConvertible {
  /// One line: the object or file, and what failed or what is there instead of what was expected.
  public var description: String {
    let place = path ?? digest.map { "\($0)" } ?? "the store"
    if let errno { return "\(call.map { "\($0) " } ?? "")\(place): \(errno)" }
    let object = digest.map { "\($0)" } ?? place
    let comparison = [expected.map { "expected \($0)" }, found.map { "found \($0)" }]
      .compactMap(\.self).joined(separator: ", ")
    let problem =
      switch code {
      case .notAStore: "\(place) is not a store"
      case .foreignOwner: "\(place) belongs to somebody else"
      case .linked: "\(place) is a symbolic link"
      case .missing: "\(object) is not in the store"
      case .corrupt: "\(object) is damaged"
      case .tooLarge: "\(object) is too large"
      case .malformed: "\(place) cannot be read"
      case .unsupportedDigest: "\(object) is no sha256, which alone names objects here"
      case .diskFull: "\(place) has no room left"
      case .readOnly: "\(place) is read-only"
      case .accessDenied: "\(place) may not be used"
      case .system: "\(place) cannot be used"
      }
    return problem + (comparison.isEmpty ? "" : ": \(comparison)")
  }
}
