/// Paths as text: where something is, and how it is told.
public enum Paths {
  /// The folder that a path is in; `.` for a name alone.
  public static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A path that was given in a folder, from the root.
  public static func absolute(_ path: String, in folder: String) -> String {
    path.utf8.first == UInt8(ascii: "/") ? path : join(folder, path)
  }

  /// A name or a path below a folder.
  public static func join(_ folder: String, _ name: String) -> String {
    folder.utf8.last == UInt8(ascii: "/") ? folder + name : "\(folder)/\(name)"
  }

  /// Whether a path is a folder or below it, both without links: byte by byte, because two folders
  /// may differ in nothing but the Unicode form of their names.
  public static func isBelow(_ path: String, _ folder: String) -> Bool {
    folder == "/" || path.utf8.elementsEqual(folder.utf8)
      || path.utf8.starts(with: (folder + "/").utf8)
  }
}
