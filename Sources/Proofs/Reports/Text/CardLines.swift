import Encodings

/// Builds the lines of a card: a heading, then labelled values that start at column 15.
struct CardLines {
  private static let labelWidth = 12
  /// All lines, each ended.
  private(set) var finished: SafeText

  init(heading: SafeText) { finished = "\(heading)\n" }

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
