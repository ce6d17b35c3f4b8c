import RegistryServer

extension CommandFailure {
  init(_ error: RegistryError) {
    guard let cause = error.cause, cause.errno != nil || cause.code == .malformed else {
      let about = error.details.isEmpty ? "" : " (\(error.details.joined(separator: ", ")))"
      self.init(.failure, "\(error.message)\(about)")
      return
    }
    self.init(cause)
  }
}
