/// A source that stands in a page: one file, or several, each behind a line `@ path`.
public struct HandlerExample: Sendable {
  /// The files, the one with the handler first.
  public var files: [(path: String, text: String)]

  /// - Parameter text: the source; without a line `@ path` in front it is `handler.ts`.
  init(_ text: String) {
    files = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("@ ") {
        files.append((String(line.dropFirst(2)), ""))
      } else {
        if files.isEmpty { files.append(("handler.ts", "")) }
        files[files.count - 1].text += line + "\n"
      }
    }
  }

  /// The lines as a page has them; a file's name where there are several, or where it matters.
  var shown: [String] {
    let isNamed = files.count > 1 || files.contains { $0.path != "handler.ts" }
    return files.enumerated().flatMap { index, file in
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      let head = isNamed ? (index == 0 ? [] : [""]) + ["  // \(file.path)"] : []
      return head + lines.map(Self.clipped)
    }
  }

  private static func clipped(_ line: Substring) -> String {
    if line.isEmpty { return "" }
    return line.count <= 200 ? "  \(line)" : "  \(line.prefix(80)) …"
  }
}

/// Text in lines of a width.
public enum Wrapped {
  /// The lines of a paragraph; code in backticks is not divided.
  public static func lines(_ text: String, indent: String = "", width: Int = 88) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words(of: text) {
      if !line.isEmpty, indent.count + line.count + 1 + word.count > width {
        lines.append(indent + line)
        line = ""
      }
      line += line.isEmpty ? word : " \(word)"
    }
    return line.isEmpty ? lines : lines + [indent + line]
  }

  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var isCode = false
    var word = ""
    for character in text {
      if character == "`" { isCode.toggle() }
      if character == " ", !isCode || word.count > 60 {
        words.append(word)
        word = ""
      } else {
        word.append(character)
      }
    }
    return words + [word]
  }
}
