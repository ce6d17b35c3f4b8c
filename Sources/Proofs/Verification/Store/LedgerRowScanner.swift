import Contracts
import Digests
import JSON
import Ledger

/// Takes lines of a ledger in as rows. What their facts say of the contract is read once as long as a
/// service's rows repeat them.
struct LedgerRowScanner {
  private(set) var rows = LedgerRows()
  private var lines = RowReader()
  // By the numbers that the reader gives.
  private var contracts: [UInt32] = []
  private let readsContracts: Bool
  // The target whose rows are of the machine they were made on.
  private let local: String

  init(readsContracts: Bool, local: String, expecting count: Int) {
    self.readsContracts = readsContracts
    self.local = local
    rows.reserveCapacity(count)
  }

  /// Takes a line in.
  ///
  /// - Parameter bytes: nil for a line longer than may be.
  /// - Returns: why it is no row; nil for one that is, or is blank.
  mutating func take(_ number: Int, _ bytes: [UInt8]?) -> String? {
    guard let bytes else { return take(number, line: nil) }
    return bytes.withUnsafeBufferPointer { take(number, line: $0) }
  }

  private mutating func take(_ number: Int, line: UnsafeBufferPointer<UInt8>?) -> String? {
    switch lines.read(line) {
    case .blank: return nil
    case .bad(let reason): return reason
    case .row(let row, let known):
      if let line { append(number, row, known, line) }
      return nil
    }
  }

  private mutating func append(
    _ number: Int, _ row: ScannedRow, _ known: Int?, _ line: UnsafeBufferPointer<UInt8>
  ) {
    func string(_ text: ScannedRow.Text?) -> String? { text.map { ScannedRow.string($0, line) } }
    let contract = known.map { contracts[$0] } ?? contract(of: row, line)
    var claim = LedgerRows.Claim()
    if readsContracts, row.record != nil {
      claim = rows.claim(
        image: row.image, binary: row.binary,
        of: Provenance(sources: row.sources, prover: string(row.prover)))
    }
    rows.append(
      line: number, isDeploy: row.kind == .deploy, isLocal: string(row.target) == local,
      service: rows.number(ofService: string(row.service)), record: row.record,
      contract: row.record == nil ? 0 : contract, claim: claim)
  }

  private mutating func contract(
    of row: ScannedRow, _ line: UnsafeBufferPointer<UInt8>
  ) -> UInt32 {
    let said = readsContracts ? row.facts.flatMap { Self.contract(Array(line[$0])) } : nil
    let contract = rows.number(ofContract: said)
    if let number = lines.remember(row, of: line) {
      if number == contracts.count {
        contracts.append(contract)
      } else {
        contracts[number] = contract
      }
    }
    return contract
  }

  private static func contract(_ facts: [UInt8]) -> String? {
    var said: String?
    for member in (try? JSONReader.members(of: facts)) ?? [] where member.key == "contractSha" {
      said = (try? JSONReader.lenient(facts[member.value]))?.stringValue
    }
    return said
  }
}
