/// Cuts what comes into lines. One that does not end is cut where it is too long.
struct LogLines {
  private let limit: Int
  private var pending: [UInt8] = []

  /// - Parameter limit: most bytes of a line.
  init(limit: Int) { self.limit = limit }

  /// The lines that are whole now.
  mutating func add(_ bytes: some Collection<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || pending.count == limit {
        lines.append(String(decoding: pending, as: UTF8.self))
        pending.removeAll(keepingCapacity: true)
        if byte == UInt8(ascii: "\n") { continue }
      }
      pending.append(byte)
    }
    return lines
  }

  /// What came after the last end of a line.
  var rest: String? { pending.isEmpty ? nil : String(decoding: pending, as: UTF8.self) }
}
