import Encodings
import HandlerLanguage

/// The line of a source that a step stands in, cut so that it fits a terminal.
struct Excerpt: Sendable, Hashable {
  /// The line without the space before it; `…` where more of it was left out.
  var text: String
  /// The column of the place in `text`, from 1, in UTF-16 units.
  var caret: Int

  /// Columns that the text takes at most.
  static let columns = 66
  /// How much of a long line is shown before the place.
  private static let before = 40

  /// - Parameters:
  ///   - line: as it stands in the source.
  ///   - column: of the place, from 1, in UTF-16 units.
  init?(_ line: Substring, column: Int) {
    let units = line.utf16
    guard column >= 1, column - 1 <= units.count else { return nil }
    let place = units.index(units.startIndex, offsetBy: column - 1)
    var start = line.startIndex
    while start < place, line[start].isWhitespace { start = line.index(after: start) }
    let isShort = SafeText(escaping: line[start...]).width <= Self.columns
    var begin = isShort ? start : place
    var room = Self.before
    while begin > start {
      let previous = line.index(before: begin)
      // What is escaped takes more columns than it has characters.
      room -= SafeText(escaping: String(line[previous])).width
      if room < 0 { break }
      begin = previous
    }
    let shown: Substring = begin > start ? "…" : ""
    let head = shown + line[begin..<place]
    var end = place
    var width = SafeText(escaping: head).width
    while end < line.endIndex {
      width += SafeText(escaping: String(line[end])).width
      if width > Self.columns { break }
      end = line.index(after: end)
    }
    let isWhole = end == line.endIndex
    if !isWhole, end > place { end = line.index(before: end) }
    caret = head.utf16.count + 1
    text = String(head + line[place..<end]) + (isWhole ? "" : "…")
  }

  /// Below the text: where the place is.
  var caretLine: SafeText {
    let head = String(decoding: Array(text.utf16.prefix(caret - 1)), as: UTF16.self)
    return SafeText.spaces(SafeText(escaping: head).width) + "^"
  }
}

/// The lines of the sources, by path.
struct SourceLines {
  private let lines: [ByteName: [Substring]]

  init(_ sources: [SourceFile]) {
    lines = Dictionary(
      sources.map { (ByteName($0.path), Self.split($0.bytes)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The line at a place, cut; nil where the sources have no such place.
  func excerpt(path: String, line: Int, column: Int) -> Excerpt? {
    guard let all = lines[ByteName(path)], all.indices.contains(line - 1) else { return nil }
    return Excerpt(all[line - 1], column: column)
  }

  /// As the handler language counts lines: those ended by a carriage return, line feed, both, U+2028
  /// or U+2029.
  private static func split(_ bytes: [UInt8]) -> [Substring] {
    let text = String(decoding: bytes, as: UTF8.self)
    var lines: [Substring] = []
    var start = text.unicodeScalars.startIndex
    var index = start
    let scalars = text.unicodeScalars
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      guard ["\n", "\r", "\u{2028}", "\u{2029}"].contains(scalar) else {
        index = next
        continue
      }
      lines.append(text[start..<index])
      let isPair = scalar == "\r" && next < scalars.endIndex && scalars[next] == "\n"
      index = isPair ? scalars.index(after: next) : next
      start = index
    }
    lines.append(text[start...])
    return lines
  }
}
