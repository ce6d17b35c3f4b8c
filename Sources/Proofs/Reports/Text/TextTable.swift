/// A table of anybody's texts, fit for a terminal.
public enum TextTable {
  /// A line each, columns aligned, two spaces apart; no line ends in spaces. A cell is at most
  /// `longest` columns wide, so that one long text does not push all others out of sight.
  public static func render(_ rows: [[String]], longest: Int = 120) -> String {
    let cells = rows.map { $0.map { SafeText.clipped($0, to: longest) } }
    var widths: [Int] = []
    for row in cells {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], SafeText.width(cell))
      }
    }
    var out = ""
    for row in cells {
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell + String(repeating: " ", count: widths[column] - SafeText.width(cell) + 2)
      }
      while line.last == " " { line.removeLast() }
      out += line + "\n"
    }
    return out
  }
}
