/// Builds the lines of a card: a heading, then labelled values that start at column 15.
struct CardLines {
  private static let labelWidth = 12
  private var text: String

  init(heading: String) { text = heading + "\n" }

  /// One labelled value.
  mutating func field(_ label: String, _ value: String) { fields(label, [value]) }

  /// Values below each other, the label before the first only. Nothing for no value.
  mutating func fields(_ label: String, _ values: [String]) {
    for (index, value) in values.enumerated() {
      let shown = index == 0 ? label + ":" : ""
      let padding = String(repeating: " ", count: max(0, Self.labelWidth - shown.utf8.count))
      text += "  " + shown + padding + SafeText.line(value) + "\n"
    }
  }

  /// One line below a field, as the changes have them.
  mutating func bullet(_ line: String) { text += "    " + SafeText.line(line) + "\n" }

  /// All lines, each ended.
  var finished: String { text }
}
