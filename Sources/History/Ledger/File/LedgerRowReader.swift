import Contracts
import JSON

/// Reads many lines as ``LedgerRow``s: facts that a row repeats are made once, and shared.
public struct LedgerRowReader: Sendable {
  private var lines = RowReader()
  // By the numbers that the reader gives.
  private var made: [Facts] = []

  /// A reader that has seen nothing.
  public init() {}

  /// The row of a line without its newline; nil for a line that is none.
  public mutating func row(_ line: [UInt8]) -> LedgerRow? {
    line.withUnsafeBufferPointer { line in
      guard case .row(let row, let number) = lines.read(line) else { return nil }
      if let number { return LedgerRow(row, made[number], line) }
      do throws(JSONError) {
        let facts = try LedgerRow.facts(row, line)
        if let number = lines.remember(row, of: line) {
          if number == made.count { made.append(facts) } else { made[number] = facts }
        }
        return LedgerRow(row, facts, line)
      } catch { return nil }
    }
  }
}
