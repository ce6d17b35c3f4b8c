import Encodings

/// Builds the lines of a card: a heading, then labelled values that start at column 15.
struct CardLines {
  private static let labelWidth = 12
  /// All lines, each ended.
  private(set) var finished: SafeText

  init(heading: SafeText) { finished = "\(heading)\n" }

  /// Without a heading: the end of a card that began before something else.
  init() { finished = "" }

  /// One labelled value.
  mutating func field(_ label: SafeText, _ value: SafeText) { fields(label, [value]) }

  /// Values below each other, the label before the first only. Nothing for no value.
  mutating func fields(_ label: SafeText, _ values: [SafeText]) {
    for (index, value) in values.enumerated() {
      let shown: SafeText = index == 0 ? "\(label):" : ""
      finished += "  \(shown.padded(to: Self.labelWidth))\(value)\n"
    }
  }

  /// One line below a field, as the changes have them.
  mutating func bullet(_ line: SafeText) { finished += "    \(line)\n" }
}

extension SafeText {
  // What stands behind a label fits a terminal with it.
  private static let columns = 84

  /// Words with commas between them, in lines that fit behind a label.
  static func wrapped(_ words: [SafeText]) -> [SafeText] {
    var lines: [SafeText] = []
    for word in words {
      if let last = lines.last, last.width + word.width + 2 <= columns {
        lines[lines.count - 1] = "\(last), \(word)"
      } else {
        if let last = lines.last { lines[lines.count - 1] = "\(last)," }
        lines.append(word)
      }
    }
    return lines
  }
}
