/// Names of services as they stand in tags, file names and host names.
///
/// Reference: interface.md, "Project detection".
public enum Slug {
  /// The longest slug in bytes, which is the longest label of a host name.
  public static let maxLength = 63

  /// A-Z lowered, a-z and 0-9 kept, every run of other bytes one dash, no dash at either end, at
  /// most ``maxLength`` bytes. Empty when nothing is left, which is no name.
  public static func make(_ text: String) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        out.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): out.append(byte | 0x20)
      default: if let last = out.last, last != UInt8(ascii: "-") { out.append(UInt8(ascii: "-")) }
      }
    }
    out = Array(out.prefix(maxLength))
    while out.last == UInt8(ascii: "-") { out.removeLast() }
    return String(decoding: out, as: UTF8.self)
  }
}
