extension ImageError: CustomStringConvertible {
  /// One line with the values involved.
  public var description: String {
    switch self {
    case .store(let error): "\(error)"
    case .archive(let error): "\(error)"
    case .badRuntime(let path, let reason): "\(path) is not a runtime: \(reason)"
    case .malformed(let digest, let field, let expected, let found):
      "\(digest): \(field): expected \(expected), found \(found)"
    case .appFileUnexpected(let path):
      "the app layer holds \(path), which app.json does not name"
    case .appFileMissing(let path): "the app layer lacks \(path)"
    case .appFileChanged(let path, let expected, let found):
      "\(path) of the app layer: expected \(expected), found \(found)"
    }
  }
}
