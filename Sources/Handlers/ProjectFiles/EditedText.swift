/// The bytes of a file that a person edits, with whatever editor.
public enum EditedText {
  /// How a file is written that is not in UTF-8; nil for one that may be.
  public static func otherEncoding(of bytes: [UInt8]) -> String? {
    switch bytes.prefix(2) {
    case [0xff, 0xfe], [0xfe, 0xff]: "UTF-16"
    default: nil
    }
  }

  /// The text without the mark that some editors put before UTF-8.
  public static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
  }

  /// Line and column, counted from 1, of a byte of a text; a column is a Unicode scalar.
  public static func place(
    of offset: Int, in text: some Collection<UInt8>
  ) -> (line: Int, column: Int) {
    var place = (line: 1, column: 1)
    for byte in text.prefix(max(0, offset)) {
      if byte == UInt8(ascii: "\n") {
        place = (place.line + 1, 1)
      } else if byte & 0xc0 != 0x80 {
        place.column += 1
      }
    }
    return place
  }
}
