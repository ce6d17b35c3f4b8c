/// What loading a handler gives.
public struct ProgramLoadResult: Sendable {
  /// The program; nil if any diagnostic is an error.
  public var program: Program?
  /// Errors and warnings, by file in the order of ``files``, line and column.
  public var diagnostics: [Diagnostic]
  /// Every file that was read, the entry first, whether or not it is sound.
  public var files: [SourceFile]

  /// The diagnostics that stop the program from being used.
  public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
  /// The diagnostics that do not.
  public var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }
}

extension Program {
  /// Loads a handler: its file, everything that it imports, and what every name in them means.
  ///
  /// - Parameters:
  ///   - entry: the handler's path, relative to the project root.
  ///   - read: the bytes of a file, by its path relative to the project root; nil if there is none.
  ///     Asked at most once for a path.
  /// - Returns: the program or what is wrong with it, and the files that were read.
  /// - Throws: what `read` throws.
  public static func load<Failure: Error>(
    entry: String, read: (String) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> ProgramLoadResult {
    var loader = ProgramLoader()
    try loader.loadFiles(entry: entry, read: read)
    return loader.finish()
  }
}
