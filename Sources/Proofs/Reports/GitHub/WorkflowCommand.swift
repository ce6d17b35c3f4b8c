import Encodings

/// A line that a GitHub Actions runner obeys: an annotation on the run, or on a line of a file.
///
/// Reference: GitHub Docs, "Workflow commands for GitHub Actions", "Setting an error message".
struct WorkflowCommand {
  enum Level: String { case notice, warning, error }

  var level: Level
  var title: SafeText
  var message: SafeText
  var file: String?
  var line: Int?
  var column: Int?

  init(
    _ level: Level, title: SafeText, _ message: SafeText, file: String? = nil, line: Int? = nil,
    column: Int? = nil
  ) {
    self.level = level
    self.title = title
    self.message = message
    self.file = file
    self.line = line
    self.column = column
  }

  /// The line, ended. Whatever the values hold, it is one command and no other.
  var text: SafeText {
    var properties: [SafeText] = []
    if let file { properties.append("file=\(Self.property("\(file)"))") }
    if let line { properties.append("line=\(line)") }
    if let column { properties.append("col=\(column)") }
    properties.append("title=\(Self.property(title))")
    return "::\(level.rawValue) \(properties.joined(separator: ","))::\(Self.data(message))\n"
  }

  // What ends a line is written out already.
  private static func data(_ text: SafeText) -> SafeText { replacing(["%": "%25"], in: text) }

  private static func property(_ text: SafeText) -> SafeText {
    replacing(["%": "%25", ":": "%3A", ",": "%2C"], in: text)
  }

  private static func replacing(
    _ written: [Unicode.Scalar: String], in text: SafeText
  ) -> SafeText {
    var out = ""
    for scalar in text.text.unicodeScalars {
      out += written[scalar] ?? String(Character(scalar))
    }
    return SafeText(escaping: out)
  }
}
