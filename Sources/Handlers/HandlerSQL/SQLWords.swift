/// The words of SQL, as far as it takes to see a function that nobody asks about: what stands behind
/// `DEFAULT` is compiled without a question.
enum SQLWords {
  /// Whether a text may call a function of the clock or of chance. Where in doubt, it does.
  static func mayBeVolatile(_ text: [UInt8]) -> Bool {
    var reader = Reader(text)
    var last: String?
    while let token = reader.next() {
      switch token {
      case .word(let word):
        if SQLFunctions.volatileWords.contains(word) { return true }
        last = word
      case .other(let byte):
        if byte == UInt8(ascii: "("), let last, SQLFunctions.volatile.contains(last) {
          return true
        }
        last = nil
      }
    }
    return false
  }

  private enum Token {
    /// A name or a keyword in lower case, quoted or not.
    case word(String)
    case other(UInt8)
  }

  private struct Reader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func next() -> Token? {
      while let first = byte(at: index) {
        switch first {
        case UInt8(ascii: " "), 9, 10, 12, 13: index += 1
        case UInt8(ascii: "-") where byte(at: index + 1) == first: skip { $0 == 10 }
        case UInt8(ascii: "/") where byte(at: index + 1) == UInt8(ascii: "*"): skipComment()
        case UInt8(ascii: "'"): return quoted(until: first).map { _ in .other(first) }
        case UInt8(ascii: "\""), UInt8(ascii: "`"): return quoted(until: first)
        case UInt8(ascii: "["): return quoted(until: UInt8(ascii: "]"))
        default:
          guard Self.isOfWord(first) else {
            index += 1
            return .other(first)
          }
          let start = index
          skip { !Self.isOfWord($0) }
          return word(bytes[start..<index])
        }
      }
      return nil
    }

    private func word(_ bytes: ArraySlice<UInt8>) -> Token {
      .word(String(decoding: bytes, as: UTF8.self).foldedASCII)
    }

    private mutating func skip(until isEnd: (UInt8) -> Bool) {
      while let next = byte(at: index), !isEnd(next) { index += 1 }
    }

    private mutating func skipComment() {
      index += 2
      while let next = byte(at: index) {
        index += 1
        if next == UInt8(ascii: "*"), byte(at: index) == UInt8(ascii: "/") {
          index += 1
          return
        }
      }
    }

    /// What stands in quotes; the second of two quotes belongs to it.
    private mutating func quoted(until end: UInt8) -> Token? {
      index += 1
      var inside: [UInt8] = []
      while let next = byte(at: index) {
        index += 1
        if next == end {
          guard end != UInt8(ascii: "]"), byte(at: index) == end else { break }
          index += 1
        }
        inside.append(next)
      }
      return word(inside[...])
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
        true
      default: false
      }
    }
  }
}

extension String {
  /// As SQLite compares names: ASCII letters in lower case, everything else as it is.
  var foldedASCII: String {
    String(
      decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
      as: UTF8.self)
  }
}
