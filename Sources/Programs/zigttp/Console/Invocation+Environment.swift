import Files

extension Invocation {
  /// Everything in the environment that is text: what helpers for credentials are started with.
  ///
  /// Glibc's `environ` is a mutable global; the kernel's copy of what the process was started with is
  /// not.
  static func environment() -> [String: String] {
    let file = try? LinuxFileSystem().openFile("/proc/self/environ", .anyKind)
    var out: [String: String] = [:]
    for entry in ((try? file?.contents(limit: 8 << 20)) ?? []).split(separator: 0) {
      guard let text = FileName(entry).text, let equals = text.utf8.firstIndex(of: 0x3d) else {
        continue
      }
      out[String(text[..<equals])] = String(text[text.utf8.index(after: equals)...])
    }
    return out
  }
}
