/// Where an import leads: paths relative to the project root, with `/` between their parts.
///
/// Paths are bytes. A part that starts with a combining mark is one Character with the `/` before
/// it, so nothing here may look at Characters.
enum ModulePath {
  /// Endings of the files that can hold code, in the order in which they are tried.
  static let endings = ["ts", "tsx", "jsx", "js"]

  /// Joins a relative import to the folder of the file it stands in.
  ///
  /// - Returns: the path without `.` and `..`; nil if it leaves the project.
  static func resolve(_ import: String, from file: String) -> String? {
    normalize(parts(of: file).dropLast() + parts(of: `import`))
  }

  /// A path without `.`, `..` and empty parts; nil if it leaves the project.
  static func normalize(_ path: String) -> String? {
    normalize(parts(of: path))
  }

  private static func parts(of path: String) -> [Substring] {
    path.utf8.split(separator: Ascii.slash).map(Substring.init)
  }

  private static func normalize(_ parts: some Sequence<Substring>) -> String? {
    var result: [Substring] = []
    for part in parts {
      switch part {
      case ".", "": continue
      case "..":
        guard result.popLast() != nil else { return nil }
      default: result.append(part)
      }
    }
    return result.joined(separator: "/")
  }

  /// The files that an import can mean, in the order in which they are tried.
  static func candidates(_ path: String) -> [String] {
    var candidates: [String] = []
    if let ending = ending(of: path), endings.contains(ending) {
      candidates.append(path)
      // TypeScript writes the name that its output would have.
      let stem = Substring(path.utf8.dropLast(ending.utf8.count))
      if ending == "js" { candidates += ["\(stem)ts", "\(stem)tsx"] }
      if ending == "jsx" { candidates.append("\(stem)tsx") }
    }
    if path.isEmpty { return endings.map { "index.\($0)" } }
    candidates += endings.map { "\(path).\($0)" }
    candidates += endings.map { "\(path)/index.\($0)" }
    return candidates
  }

  /// What follows the last dot of the last part.
  static func ending(of path: String) -> String? {
    guard let name = parts(of: path).last, let dot = name.utf8.lastIndex(of: Ascii.dot) else {
      return nil
    }
    return String(name[name.utf8.index(after: dot)...])
  }

  /// Whether an import names a file, rather than a package.
  static func isRelative(_ text: String) -> Bool {
    text == "." || text == ".." || text.utf8.starts(with: "./".utf8)
      || text.utf8.starts(with: "../".utf8)
  }
}
