/// Collects diagnostics by file.
struct DiagnosticSink {
  private(set) var byFile: [[Diagnostic]]
  private let paths: [String]

  init(files: [SourceFile]) {
    byFile = Array(repeating: [], count: files.count)
    paths = files.map(\.path)
  }

  /// The same files, with nothing said about them.
  var emptied: DiagnosticSink {
    var copy = self
    for file in copy.byFile.indices { copy.byFile[file] = [] }
    return copy
  }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, _ advice: String? = nil,
    at position: SourcePosition, severity: Diagnostic.Severity = .error
  ) {
    byFile[position.file].append(
      Diagnostic(
        severity: severity, code: code.rawValue, message: message, advice: advice,
        path: paths[position.file], line: position.line, column: position.column))
  }

  /// A place in words, for messages that name two.
  func describe(_ position: SourcePosition) -> String {
    "\(paths[position.file]):\(position.line):\(position.column)"
  }
}
