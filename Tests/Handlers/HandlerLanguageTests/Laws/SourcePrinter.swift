import HandlerLanguage

import struct TestSupport.SeededGenerator

/// Writes trees as source, each time in another of the many spellings that mean the same tree.
struct SourcePrinter {
  /// Where parentheses stand: only where the tree needs them, around everything, or here and there.
  enum Parentheses: CaseIterable { case needed, everywhere, some }

  /// A piece of the source that nothing can divide.
  struct Piece {
    var text: String
    /// Whether no line may end before it.
    var staysOnLine = false
    /// The end of a statement, where a new line may stand for the `;`.
    var isEnd = false

    init(_ text: String, staysOnLine: Bool = false) {
      self.text = text
      self.staysOnLine = staysOnLine
    }
    static let end: Piece = {
      var end = Piece(";")
      end.isEnd = true
      return end
    }()
  }

  var random: SeededGenerator
  let parentheses: Parentheses
  /// Whether the file may hold types, and whether it does.
  let isTypeScript: Bool
  let hasTypes: Bool
  /// Comments, odd blanks and left out semicolons, rather than single blanks.
  let isWild: Bool

  mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
  mutating func pick(_ items: [String]) -> String {
    items.randomElement(using: &random) ?? ""
  }

  // MARK: Pieces to text

  mutating func source(_ body: [Statement]) -> String {
    var pieces: [Piece] = []
    for statement in body { pieces += print(statement) }
    return join(pieces)
  }

  mutating func join(_ pieces: [Piece]) -> String {
    var text = ""
    for (index, piece) in pieces.enumerated() {
      if piece.isEnd, isWild, chance(2) {
        let next = index + 1 < pieces.count ? pieces[index + 1].text : "}"
        let startsWithWord = next.utf8.first.map { $0 >= 0x61 && $0 <= 0x7A } ?? false
        if next == "}" || startsWithWord {
          text += "\n"
          continue
        }
      }
      if index > 0 { text += blank(piece.staysOnLine) }
      text += piece.text
    }
    return text
  }

  mutating func blank(_ staysOnLine: Bool) -> String {
    guard isWild, chance(3) else { return " " }
    let onLine = [" ", "\t", "\u{a0}", " /* } ' ` < */ ", "  "]
    return staysOnLine
      ? pick(onLine) : pick(onLine + ["\n", "\r\n", "\u{2028}", " // ' ` { (\n", " /*\n*/"])
  }

}
