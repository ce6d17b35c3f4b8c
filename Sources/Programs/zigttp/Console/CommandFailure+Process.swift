import Files

/// What keeps the program from doing anything at all.
extension CommandFailure {
  // Of our own files the most that are open at once, and what the libraries below them open.
  private static let descriptors = 16

  /// Where an argument is no text: no path that is made of it leads to what it names.
  init?(arguments: [FileName]) {
    guard let bad = arguments.first(where: { $0.text == nil }) else { return nil }
    self.init(
      .usage, "the argument '\(bad.shown)' is not UTF-8: zigttp takes no other names",
      next: "Rename what it stands for, or work in its folder and name what is below.")
  }

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
