import Files

/// The config of one repository with what it includes, as far as a project is named by it. What the
/// user and the system set for every repository is not read: it says nothing of this one.
///
/// An include below `hasconfig:` is passed over: git does not let such a file set a URL. So is one
/// whose path begins with `~somebody/` or `%(prefix)/`.
/// Reference: git-config(1), "Includes", "Conditional includes".
struct GitConfig {
  /// Where a repository's config is and what its conditions ask for.
  struct Surroundings {
    /// The checkout's own folder of git: `.git`, or that of a worktree.
    var gitFolder: String
    /// What all worktrees of the repository share.
    var commonFolder: String
    /// The branch that is checked out, without `refs/heads/`.
    var branch: [UInt8]?
    /// The user's home.
    var home: String?
  }

  /// `remote.origin.url`: of several the last, without `url.<base>.insteadOf`.
  private(set) var originURL: [UInt8]?
  /// `extensions.objectformat`.
  private(set) var objectFormat = "sha1"
  /// `extensions.refstorage`.
  private(set) var refStorage = "files"

  private let surroundings: Surroundings
  private var filesLeft = 1000

  private struct Refused: Error {}

  private static let fileLimit = 16 << 20
  private static let depthLimit = 10

  /// Reads it; nil where git would refuse to.
  init?(_ surroundings: Surroundings) {
    self.surroundings = surroundings
    do throws(Refused) { try read() } catch { return nil }
  }

  private mutating func read() throws(Refused) {
    let main = surroundings.commonFolder + "/config"
    let own = try variables(main) ?? []
    func last(_ name: String) -> String? {
      own.last { $0.name.elementsEqual(name.utf8) }
        .map { String(decoding: $0.value ?? Array("true".utf8), as: UTF8.self).lowercased() }
    }
    objectFormat = last("extensions.objectformat") ?? objectFormat
    refStorage = last("extensions.refstorage") ?? refStorage
    try take(own, of: main, depth: 0)
    if ["true", "yes", "on", "1"].contains(last("extensions.worktreeconfig")) {
      try read(surroundings.gitFolder + "/config.worktree", depth: 0)
    }
  }

  private mutating func read(_ path: String, depth: Int) throws(Refused) {
    guard depth <= Self.depthLimit, filesLeft > 0 else { throw Refused() }
    filesLeft -= 1
    if let found = try variables(path) { try take(found, of: path, depth: depth) }
  }

  /// Of one file; nil where there is none.
  private func variables(_ path: String) throws(Refused) -> [ConfigParser.Variable]? {
    do {
      let file = try LinuxFileSystem().contents(
        of: path, limit: Self.fileLimit, .throughLinks)
      return try file.map(ConfigParser.variables(in:))
    } catch { throw Refused() }
  }

  private mutating func take(
    _ variables: [ConfigParser.Variable], of file: String, depth: Int
  ) throws(Refused) {
    for variable in variables {
      if variable.name.elementsEqual("remote.origin.url".utf8) {
        originURL = variable.value ?? []
      } else if isInclude(variable.name, in: file) {
        guard let value = variable.value else { throw Refused() }
        if let path = path(value, from: file) { try read(path, depth: depth + 1) }
      }
    }
  }

  private func path(_ value: [UInt8], from file: String) -> String? {
    guard let path = expanded(value) else { return nil }
    return Paths.absolute(path, in: Paths.folder(of: file))
  }

  private func expanded(_ value: [UInt8]) -> String? {
    guard let path = String(validating: value, as: UTF8.self), !path.hasPrefix("%(prefix)/") else {
      return nil
    }
    guard path.hasPrefix("~") else { return path }
    guard path == "~" || path.hasPrefix("~/"), let home = surroundings.home else { return nil }
    return home + path.dropFirst()
  }

  private func isInclude(_ name: [UInt8], in file: String) -> Bool {
    if name.elementsEqual("include.path".utf8) { return true }
    let (start, end) = (Array("includeif.".utf8), Array(".path".utf8))
    guard name.count >= start.count + end.count, name.starts(with: start),
      name.suffix(end.count).elementsEqual(end)
    else { return false }
    let condition = name[start.count..<(name.count - end.count)]
    func rest(_ kind: String) -> [UInt8]? {
      condition.starts(with: kind.utf8) ? Array(condition.dropFirst(kind.utf8.count)) : nil
    }
    if let pattern = rest("gitdir:") { return isHere(pattern, file, ignoringCase: false) }
    if let pattern = rest("gitdir/i:") { return isHere(pattern, file, ignoringCase: true) }
    guard let pattern = rest("onbranch:"), let branch = surroundings.branch else { return false }
    return Wildmatch.matches(Self.withEverythingBelow(pattern), branch)
  }

  /// Whether the checkout is where a condition says.
  private func isHere(_ text: [UInt8], _ file: String, ignoringCase: Bool) -> Bool {
    guard var pattern = expanded(text).map({ Array($0.utf8) }) else { return false }
    var literal: [UInt8] = []
    if pattern.starts(with: "./".utf8) {
      guard let real = resolvedPath(file) else { return false }
      // What comes from a path is no pattern, whatever it looks like.
      literal = Array(Paths.folder(of: real).utf8) + [UInt8(ascii: "/")]
      pattern = Array(pattern.dropFirst(2))
    } else if pattern.first != UInt8(ascii: "/") {
      pattern = Array("**/".utf8) + pattern
    }
    pattern = pattern.isEmpty ? Array("**".utf8) : Self.withEverythingBelow(pattern)
    let places = [resolvedPath(surroundings.gitFolder), surroundings.gitFolder].compactMap(\.self)
    func fold(_ bytes: some Sequence<UInt8>) -> [UInt8] {
      bytes.map { ignoringCase && (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    }
    return places.map { Array($0.utf8) }.contains { place in
      fold(place).starts(with: fold(literal))
        && Wildmatch.matches(
          pattern, Array(place.dropFirst(literal.count)), ignoringCase: ignoringCase)
    }
  }

  private static func withEverythingBelow(_ pattern: [UInt8]) -> [UInt8] {
    pattern.last == UInt8(ascii: "/") ? pattern + Array("**".utf8) : pattern
  }
}
