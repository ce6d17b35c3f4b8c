import Contracts
import Digests
import Glibc
import JSON
import Ledger

/// Takes lines of a ledger in as rows. The facts, which are most of a line, are read once as long
/// as a service's rows repeat them.
struct LedgerRowScanner {
  private(set) var rows = LedgerRows()
  private let readsContracts: Bool
  // The target whose rows are of the machine they were made on.
  private let local: String
  // By the number of the service. More services, or larger facts, are rare and would fill memory.
  private var memos: [Memo]
  private static let (services, facts) = (1024, 8 << 10)

  /// The facts that were read last, and what they say of the contract.
  private struct Memo {
    var facts: [UInt8] = []
    var contract: UInt32 = 0

    func repeats(in line: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
      guard let base = line.baseAddress, !facts.isEmpty, line.count - start >= facts.count else {
        return false
      }
      return memcmp(base + start, facts, facts.count) == 0
    }
  }

  init(readsContracts: Bool, local: String, expecting count: Int) {
    self.readsContracts = readsContracts
    self.local = local
    memos = Array(repeating: Memo(), count: Self.services)
    rows.reserveCapacity(count)
  }

  /// - Throws: `JSONError` for a line that is no row.
  mutating func take(_ number: Int, _ bytes: [UInt8]) throws(JSONError) {
    do throws(JSONError) {
      try scan(number, bytes)
    } catch {
      // The header has the last word, and the words of the error.
      try take(number, bytes, try LedgerRowHeader(line: bytes))
    }
  }

  private mutating func scan(_ number: Int, _ bytes: [UInt8]) throws(JSONError) {
    var known: Memo?
    let result = bytes.withUnsafeBufferPointer { line in
      Result { () throws(JSONError) in
        let row = try ScannedRow(line) { row, start in
          known = nil
          guard let service = row.service else { return nil }
          let number = rows.number(ofService: ScannedRow.string(service, line))
          guard number < memos.count, memos[Int(number)].repeats(in: line, at: start) else {
            return nil
          }
          known = memos[Int(number)]
          return known?.facts.count
        }
        let isLocal =
          row.target.map { ScannedRow.string($0, line) } == local
        let provenance = Provenance(
          sources: row.sources, prover: row.prover.map { ScannedRow.string($0, line) })
        return (
          row, rows.number(ofService: row.service.map { ScannedRow.string($0, line) }), isLocal,
          claimed(row.record, row.image, row.binary, provenance)
        )
      }
    }
    let (row, service, isLocal, claim) = try result.get()
    let memo = known ?? remember(row.facts.map { bytes[$0] } ?? [], of: service)
    rows.append(
      line: number, isDeploy: row.kind == .deploy, isLocal: isLocal, service: service,
      record: row.record, contract: row.record == nil ? 0 : memo.contract, claim: claim)
  }

  private mutating func claimed(
    _ record: Digest?, _ image: Digest?, _ binary: Digest?, _ provenance: Provenance
  ) -> LedgerRows.Claim {
    guard readsContracts, record != nil else { return LedgerRows.Claim() }
    return rows.claim(image: image, binary: binary, of: provenance)
  }

  private mutating func remember(_ facts: ArraySlice<UInt8>, of service: UInt32) -> Memo {
    let memo = Memo(
      facts: Array(facts),
      contract: readsContracts ? rows.number(ofContract: Self.contract(facts)) : 0)
    if service > 0, service < memos.count, facts.first == UInt8(ascii: "{"),
      facts.count <= Self.facts
    {
      memos[Int(service)] = memo
    }
    return memo
  }

  private mutating func take(
    _ number: Int, _ bytes: [UInt8], _ row: LedgerRowHeader
  ) throws(JSONError) {
    let facts = readsContracts && row.record != nil ? row.facts : nil
    rows.append(
      line: number, isDeploy: row.kind == .deploy,
      isLocal: row.target == local,
      service: rows.number(ofService: row.serviceName), record: row.record,
      contract: rows.number(ofContract: facts.flatMap { Self.contract(bytes[$0]) }),
      claim: claimed(row.record, row.image, row.binary, row.provenance))
  }

  private static func contract(_ facts: ArraySlice<UInt8>) -> String? {
    let text = Array(facts)
    var said: String?
    for member in (try? JSONReader.members(of: text)) ?? [] where member.key == "contractSha" {
      said = (try? JSONReader.lenient(text[member.value]))?.stringValue
    }
    return said
  }
}
