import Encodings

/// A table of anybody's texts, fit for a terminal.
public enum TextTable {
  /// On which side of its column a cell stands.
  public enum Side: Sendable {
    case left
    case right
  }

  /// A line each, columns aligned, two spaces apart; no line ends in spaces. A cell is at most
  /// `longest` columns wide, so that one long text does not push all others out of sight.
  /// - Parameter sides: of the columns; those beyond stand on the left.
  public static func render(
    _ rows: [[String]], longest: Int = 120, sides: [Side] = []
  ) -> SafeText {
    let cells = rows.map { $0.map { SafeText(escaping: $0).clipped(to: longest) } }
    var widths: [Int] = []
    for row in cells {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.width)
      }
    }
    var out: SafeText = ""
    for row in cells {
      let padded = row.enumerated().map { column, cell in
        let side = column < sides.count ? sides[column] : .left
        return cell.padded(to: widths[column], atStart: side == .right)
      }
      out += "\(padded.joined(separator: "  ").trimmed())\n"
    }
    return out
  }
}
