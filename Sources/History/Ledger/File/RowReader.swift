import JSON

/// Reads the lines of a ledger as rows, without a tree; one thread its own reader.
///
/// Facts are most of a line, and most rows repeat those of an earlier row of the same service byte
/// for byte: they are stepped over then, and told by the number under which the caller keeps what it
/// made of them.
public struct RowReader: Sendable {
  /// What a line says.
  public enum Reading {
    /// A row, and the number of its facts; nil where the caller has to look at them.
    case row(ScannedRow, known: Int?)
    /// Spaces, or nothing.
    case blank
    /// No row, and why.
    case bad(String)
  }

  private struct Known: Sendable {
    var facts: [UInt8]
    var number: Int
  }

  // By the service that was read before them.
  private var known = ByteTable<Known>()
  // What is remembered is bounded in number and in bytes: a ledger may hold anything.
  private static let services = 2048
  private static let factBytes = 8 << 10

  /// A reader that has seen nothing.
  public init() {}

  /// Reads a line without its newline.
  ///
  /// - Parameter line: nil for one longer than ``LedgerFile/maxLineLength``.
  public func read(_ line: UnsafeBufferPointer<UInt8>?) -> Reading {
    guard let line else { return .bad("longer than \(LedgerFile.maxLineLength) bytes") }
    do throws(JSONError) {
      var number: Int?
      let row = try ScannedRow(line) { row, start in
        number = nil
        guard case .bytes(let name)? = row.service,
          let last = known.value(UnsafeBufferPointer(rebasing: line[name])),
          UnsafeBufferPointer(rebasing: line[start...]).begins(with: last.facts)
        else { return nil }
        number = last.number
        return last.facts.count
      }
      return .row(row, known: number)
    } catch {
      return Self.isBlank(line) ? .blank : .bad(error.description)
    }
  }

  /// Remembers the facts of a row that was just read and of which they were not known.
  ///
  /// - Returns: the number under which the caller keeps what it made of them, instead of whatever it
  ///   kept there before; at most one more than it gave last. nil for facts that are not remembered.
  public mutating func remember(
    _ row: ScannedRow, of line: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    guard case .bytes(let name)? = row.service, let range = row.facts,
      line[range.lowerBound] == UInt8(ascii: "{"), range.count <= Self.factBytes
    else { return nil }
    let service = UnsafeBufferPointer(rebasing: line[name])
    if known.count >= Self.services { known.removeAll() }
    let number = known.value(service)?.number ?? known.count
    known.set(service, Known(facts: Array(line[range]), number: number))
    return number
  }

  private static func isBlank(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
  }
}
