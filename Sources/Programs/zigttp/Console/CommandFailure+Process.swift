import Files

extension CommandFailure {
  // Of our own files the most that are open at once, and what the libraries below them open.
  private static let descriptors = 16

  /// Where the process may open too few files: what needs one it cannot get would end it.
  init?(descriptors limit: Int) {
    // Nobody has as many open as that when he starts a program.
    guard limit < 256, !Descriptors.areFree(Self.descriptors) else { return nil }
    self.init(
      .failure,
      "this process may have \(limit) files open, expected room for \(Self.descriptors) more",
      next: "Raise it: ulimit -n 1024")
  }
}
