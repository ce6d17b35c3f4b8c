import ProjectFiles

/// The name of a service, which is also its project's: a label of a host name that stands for nothing
/// of ours.
struct ServiceName: Sendable, Hashable {
  let text: String

  /// Paths and hosts of the server's own.
  static let reserved: Set = ["v1", "v2", "api", "admin"]

  /// - Throws: 400 for what is no name.
  init(_ text: String) throws {
    guard !text.isEmpty, Slug.make(text).utf8.elementsEqual(text.utf8) else {
      throw ControlPlaneError(
        400, "no name of a service",
        "'\(text)', expected a-z, 0-9 and single dashes between them, at most \(Slug.maxLength)")
    }
    guard !Self.reserved.contains(text) else {
      throw ControlPlaneError(400, "a reserved name", "'\(text)' is a name of the server's own")
    }
    self.text = text
  }
}
