/// One file of a handler program, as it was read once.
public struct SourceFile: Sendable, Hashable {
  /// Path relative to the project root, with `/` between its parts.
  public var path: String
  /// The exact bytes that were read; the same bytes are parsed, hashed and packed.
  public var bytes: [UInt8]

  /// - Parameters:
  ///   - path: relative to the project root.
  ///   - bytes: the whole file.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// Whether JSX may stand in the file: `.tsx` and `.jsx`.
  public var allowsJSX: Bool { path.hasSuffix(".tsx") || path.hasSuffix(".jsx") }
}

/// A place in a program.
public struct SourcePosition: Sendable, Hashable {
  /// Index into ``Program/files``.
  public var file: Int
  /// Line, from 1.
  public var line: Int
  /// Column, from 1, counted in UTF-16 units as editors do.
  public var column: Int

  /// A position from its parts.
  public init(file: Int, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}
