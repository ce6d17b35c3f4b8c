import Files

/// What a git checkout says of itself, read from its files: no `git` is run.
struct GitFacts: Sendable, Hashable {
  /// The remote `origin`.
  var origin: RemoteURL?
  /// The commit that `HEAD` names, 40 or 64 hex digits.
  var revision: String?

  /// The folder, at or above `folder`, that holds `.git`; nil outside of a checkout.
  static func root(above folder: String) -> String? {
    ancestors(of: folder).first { exists($0 + "/.git") }
  }

  /// Reads a checkout. What cannot be read is left out: nothing depends on it being there.
  init(root: String) {
    guard let gitFolder = GitFacts.gitFolder(root) else { return }
    // A worktree keeps its HEAD for itself and shares everything else.
    let common =
      GitFacts.text(gitFolder + "/commondir").map { GitFacts.join(gitFolder, $0) } ?? gitFolder
    origin = GitFacts.text(common + "/config").flatMap(GitFacts.originURL).map(RemoteURL.init)
    revision = GitFacts.revision(gitFolder, common)
  }

  private static func gitFolder(_ root: String) -> String? {
    let path = root + "/.git"
    guard let pointer = text(path) else { return exists(path) ? path : nil }
    guard pointer.hasPrefix("gitdir: ") else { return nil }
    return join(root, String(pointer.dropFirst("gitdir: ".count)))
  }

  private static func originURL(_ config: String) -> String? {
    var isOrigin = false
    for line in config.split(whereSeparator: \.isNewline) {
      let trimmed = trim(line)
      if trimmed.hasPrefix("[") {
        isOrigin = trimmed == "[remote \"origin\"]"
      } else if isOrigin, let equals = trimmed.firstIndex(of: "="),
        trim(trimmed[..<equals]) == "url"
      {
        return String(trim(trimmed[trimmed.index(after: equals)...]))
      }
    }
    return nil
  }

  private static func revision(_ gitFolder: String, _ common: String) -> String? {
    guard let head = text(gitFolder + "/HEAD") else { return nil }
    guard head.hasPrefix("ref: ") else { return commit(head) }
    let name = String(head.dropFirst("ref: ".count))
    if let loose = text(common + "/" + name) ?? text(gitFolder + "/" + name) {
      return commit(loose)
    }
    for line in (text(common + "/packed-refs") ?? "").split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: " ")
      if parts.count == 2, parts[1] == name { return commit(String(parts[0])) }
    }
    return nil
  }

  private static func commit(_ text: String) -> String? {
    let isHex = text.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
    return isHex && (text.utf8.count == 40 || text.utf8.count == 64) ? text : nil
  }

  private static func text(_ path: String) -> String? {
    guard let bytes = try? readWholeFile(path) else { return nil }
    return String(trim(String(decoding: bytes, as: UTF8.self)[...]))
  }

  private static func trim(_ text: some StringProtocol) -> Substring {
    var rest = Substring(text)
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return rest
  }

  private static func join(_ folder: String, _ path: String) -> String {
    Paths.absolute(path, in: folder)
  }

  private static func exists(_ path: String) -> Bool {
    ProjectFolder.resolve(path) != nil
  }
}

/// A folder and everything above it, nearest first.
func ancestors(of folder: String) -> [String] {
  var all = [folder]
  var path = folder
  while path != "/", let slash = path.lastIndex(of: "/") {
    path = slash == path.startIndex ? "/" : String(path[..<slash])
    all.append(path)
  }
  return all
}
